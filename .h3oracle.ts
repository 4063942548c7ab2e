import pg from "pg";
import { openTestDatabase, toHex } from "./worker/rows/testing.ts";
const db = await openTestDatabase();
const client = new pg.Client({host:"/tmp/h3/pg",user:"postgres",database:"postgres",types:{getTypeParser:()=>(v:any)=>v} as any}); await client.connect();
async function pgBoth(expr:string){ const r=await client.query(`select ${expr} v`); const f=(await client.query(`select typsend::text f from pg_type where oid=${r.fields[0].dataTypeID}`)).rows[0].f; const b=await client.query(`select encode(${f}(${expr}),'hex') v`);
  return {text:r.rows[0].v as string|null, bin:b.rows[0].v, oid:r.fields[0].dataTypeID, mod:r.fields[0].dataTypeModifier}; }
const cases:[string,string?][]=[];
const add=(t:string,pt:string,...lits:string[])=>{for(const l of lits) cases.push([`'${l.replaceAll("'","''")}'::${t}`,`'${l.replaceAll("'","''")}'::${pt}`])};
add("boolean","boolean","t","f");
add("smallint","smallint","0","-32768","32767"); add("integer","integer","0","-2147483648","2147483647","-1","100","99"); add("bigint","bigint","0","-9223372036854775808","9223372036854775807","9007199254740993","-9007199254740993","4294967296","2147483648","-2147483649","100000000","1234567890123456789");
add("real","real","0","-0","1","1.5","0.1","1e6","123456","1234567","1e-5","0.0001","1e-45","3.4028235e38","1.1754944e-38","NaN","Infinity","-Infinity","16777216","0.3","2.3841858e-07","9.5367432e-07","5.684342e-14");
add("double","float8","0","-0","1","1.5","0.1","1e15","1e14","123456789012345","1234567890123456","1e-5","0.0001","0.00012345","5e-324","1.7976931348623157e308","NaN","Infinity","-Infinity","0.30000000000000004","1e16","1e100","1e-100","2.5e-8");
add("decimal(4,1)","numeric(4,1)","0","-0.5","999.9","12.3");add("decimal(9,3)","numeric(9,3)","0","-0.001","999999.999","1234.5");add("decimal(18,4)","numeric(18,4)","0","-0.0001","99999999999999.9999","12345678.9","10000","0.0001","100000000");add("decimal(38,10)","numeric(38,10)","0","-0.0000000001","1234567890123456789012345678.0123456789","1","-99999999999999999999");add("decimal(38,38)","numeric(38,38)","0","0.12345678901234567890123456789012345678","-0.00000000000000000000000000000000000001");add("decimal(5,5)","numeric(5,5)","0.00001","0.5","-0.12345");
add("hugeint","numeric","0","-1","170141183460469231731687303715884105727","-170141183460469231731687303715884105727","18446744073709551616","10000","100000000");add("ubigint","numeric","0","18446744073709551615");add("uhugeint","numeric","340282366920938463463374607431768211455","5");add("bignum","numeric","0","-5","123456789012345678901234567890123456789012345678901234567890","-123456789012345678901234567890123456789012345678901234567890","256","-256","65536");
add("varchar","text","","a","hello","twelve bytes","thirteen bytes","naïve ☃ 😀","a".repeat(500),"tab\tnl\n","\\x","NULL");
cases.push([`'\\x00\\x01\\xffabc\\x5C'::blob`,`'\\x0001ff6162635c'::bytea`],[`''::blob`,`''::bytea`]);
add("date","date","1970-01-01","2000-01-01","1999-12-31","9999-12-31","10000-01-01","0001-01-01","1582-10-10","2024-02-29","infinity","-infinity");cases.push([`'0001-01-01 (BC)'::date`,`'0001-01-01 BC'::date`],[`'4713-11-24 (BC)'::date`,`'4713-11-24 BC'::date`],[`'0044-03-15 (BC)'::date`,`'0044-03-15 BC'::date`],["'5874897-12-31'::date","'5874897-12-31'::date"]);
add("time","time","00:00:00","04:05:06","23:59:59.999999","04:05:06.5","24:00:00","12:00:00.000001");
add("timetz","timetz","04:05:06+02","04:05:06.789-08","04:05:06+05:30","00:00:00+00","23:59:59-15:59","04:05:06+01:02:03");
add("timestamp","timestamp","1970-01-01 00:00:00","2000-01-01 00:00:00","1999-12-31 23:59:59.999999","2024-02-29 12:34:56.78","infinity","-infinity","1969-12-31 23:59:59.5","0001-01-01 00:00:00","10000-01-01 00:00:00","200000-01-01 01:02:03.000001");cases.push([`'0044-03-15 (BC) 12:00:00'::timestamp`,`'0044-03-15 12:00:00 BC'::timestamp`]);
for (const t of ["timestamp_s","timestamp_ms","timestamp_ns"]) cases.push([`'2001-02-03 04:05:06'::${t}`,`'2001-02-03 04:05:06'::timestamp`],[`'infinity'::${t}`,`'infinity'::timestamp`],[`'1960-02-03 04:05:06'::${t}`,`'1960-02-03 04:05:06'::timestamp`]);
cases.push([`'2001-02-03 04:05:06.789'::timestamp_ms`,`'2001-02-03 04:05:06.789'::timestamp`],[`'1960-02-03 04:05:06.789'::timestamp_ms`,`'1960-02-03 04:05:06.789'::timestamp`],[`'1960-02-03 04:05:06.789123'::timestamp_ns`,`'1960-02-03 04:05:06.789123'::timestamp`]);
add("timestamptz","timestamptz","1970-01-01 00:00:00+00","2024-07-01 12:34:56.78+00","2024-01-01 12:00:00+05:30","infinity","-infinity","1850-01-01 00:00:00+00","1901-12-13 20:45:52+00","2100-07-01 00:00:00+00","0001-01-01 00:00:00+00","2024-03-10 07:00:00+00","2024-03-10 06:59:59.999999+00","2024-11-03 05:59:59+00","2024-11-03 06:00:00+00","1883-11-18 12:00:00+00","290000-06-01 00:00:00+00");cases.push([`'0044-03-15 (BC) 12:00:00+00'::timestamptz`,`'0044-03-15 12:00:00+00 BC'::timestamptz`]);
const iv=["0 seconds","1 year 2 months 3 days 4 hours 5 minutes 6.7 seconds","-1 year -2 months","1 day","-1 day","1 month -1 day","-1 month 1 day","1 day -1 hours","-1 day 1 hour","1 hour","-00:00:00.5","100 hours","1 year","-1 years","2 years 3 days","1 second","1.000001 seconds","-1 second","25 months","13 months -3 days 4 minutes"];
for(const l of iv) cases.push([`interval '${l}'`,`interval '${l}'`]);
cases.push([`to_days(-3)+to_months(14)-to_microseconds(4500000)`,`interval '14 months -3 days -4.5 seconds'`]);
add("uuid","uuid","00000000-0000-0000-0000-000000000000","ffffffff-ffff-ffff-ffff-ffffffffffff","a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11");
add("bit","varbit","1","0","10101010","101010101","1111111100000000111");
cases.push([`'{"a": 1}'::json`,`'{"a": 1}'::json`]);
cases.push([`[1,2,null]`,`array[1,2,null]`],[`[]::int[]`,`array[]::int[]`],[`[[1,2],[3,4]]`,`array[[1,2],[3,4]]`],[`[[[1],[null]],[[3],[4]]]`,`array[[[1],[null::int]],[[3],[4]]]`],[`[1,2,3]::int[3]`,`array[1,2,3]`],[`[[1,2],[3,4]]::int[2][2]`,`array[[1,2],[3,4]]`],
 [`['a','','NULL','null','a b','a,b','{x}','q"q','b\\s',null,'t\tt','nul','NULLS',' x','é']`,`array['a','','NULL','null','a b','a,b','{x}','q"q','b\\s',null,E't\\tt','nul','NULLS',' x','é']`],
 [`[true,false,null]`,`array[true,false,null]`],[`[1.5::double,'nan'::double,'infinity'::double]`,`array[1.5::float8,'nan','infinity']`],[`[1.50::decimal(5,2),null]`,`array[1.50::numeric(5,2),null]`],[`['2001-02-03 04:05:06'::timestamp,'infinity']`,`array['2001-02-03 04:05:06'::timestamp,'infinity']`],[`['\\x01'::blob]`,`array['\\x01'::bytea]`],['[date \'2001-02-03\']','array[date \'2001-02-03\']'],[`['{"a": 1}'::json]`,`array['{"a": 1}'::json]`],[`['a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid]`,`array['a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid]`],[`[interval '1 day']`,`array[interval '1 day']`],[`['04:05:06+02'::timetz]`,`array['04:05:06+02'::timetz]`],[`['04:05:06'::time]`,`array['04:05:06'::time]`],[`[1::smallint]`,`array[1::smallint]`],[`[1::bigint]`,`array[1::bigint]`],[`[1::real]`,`array[1::real]`],[`['101'::bit]`,`array['101'::varbit]`],[`['2024-07-01 12:34:56.78+00'::timestamptz]`,`array['2024-07-01 12:34:56.78+00'::timestamptz]`]);
const settings:[string,any][]=[["",{}]];
for(const tz of ["America/New_York","Asia/Kolkata","Europe/Berlin","Australia/Lord_Howe","Africa/Monrovia"]) settings.push([`set timezone='${tz}'`,{timeZone:tz}]);
for(const ds of ["ISO","SQL","Postgres","German"]) for(const o of ["MDY","DMY","YMD"]) settings.push([`set timezone='America/New_York'; set datestyle='${ds},${o}'`,{dateStyle:ds,dateOrder:o,timeZone:"America/New_York"}]);
settings.push([`set timezone='Europe/Berlin'; set datestyle='SQL,DMY'`,{dateStyle:"SQL",dateOrder:"DMY",timeZone:"Europe/Berlin"}],[`set timezone='Asia/Singapore'; set datestyle='Postgres,DMY'`,{dateStyle:"Postgres",dateOrder:"DMY",timeZone:"Asia/Singapore"}],[`set timezone='UTC'; set datestyle='Postgres,DMY'`,{dateStyle:"Postgres",dateOrder:"DMY",timeZone:"UTC"}]);
for(const is of ["postgres","postgres_verbose","sql_standard","iso_8601"]) settings.push([`set intervalstyle='${is}'`,{intervalStyle:is}]);
settings.push([`set bytea_output='escape'`,{byteaOutput:"escape"}]); for(const n of [0,-3,-15,3]) settings.push([`set extra_float_digits=${n}`,{extraFloatDigits:n}]);
let n=0,bad=0;
for(const [pgset,ours] of settings){ await client.query("reset all; set timezone='UTC';"+pgset);
 for(const [d,p] of cases){ let w; try{w=await pgBoth(p!)}catch(e){console.log("PGERR",p,String(e));continue}
  try{const t=await db.text(d,ours); n++; if(t!==w.text&&bad++<60)console.log("TEXT",pgset,d,"\n  ours",t,"\n  pg  ",w.text);
   if(pgset===""){const b=await db.binary(d);n++; if(b!==w.bin&&bad++<60)console.log("BIN",d,"\n  ours",b,"\n  pg  ",w.bin);}}catch(e){bad++;console.log("ERR",d,e)}
 }}
console.log(n,"compared",bad,"bad"); await client.end(); Deno.exit(0);
