import { configureLogs, logger } from "./log.ts"; import { createMetrics } from "./metrics.ts"; import { observe } from "./observer.ts"; import { redactSql } from "./redact.ts";
let n=0; configureLogs({level:"info",format:"text",sink:()=>n++});
const o=observe({metrics:createMetrics(),log:logger("session"),slowQueryThreshold:1000});
const s=o.sessionStarted({pid:1,user:"a",database:"b",application:"",remote:"",tls:null},0);
const sql="select a.x, b.y, count(*) from orders a join customers b on a.id=b.id where a.date > '2024-01-01' group by 1,2 order by 3 desc limit 10";
const one=()=>{s.statementStarted(sql);s.stateChanged("active");s.statementFinished({sql,protocol:"simple",seconds:0.001,rows:1,error:null});s.stateChanged("idle");};
function t(name:string,f:()=>void,k:number){for(let r=0;r<3;r++){const a=performance.now();for(let i=0;i<k;i++)f();console.log(name,((performance.now()-a)/k*1e6).toFixed(0),"ns");}}
t("statement at info",one,500000);
t("redact clean",()=>redactSql(sql),200000);
t("redact password",()=>redactSql(sql+" password='x'"),50000);
configureLogs({level:"debug",format:"text",sink:()=>n++}); t("statement at debug",one,50000);
configureLogs({level:"debug",format:"json",sink:()=>n++}); t("statement at debug json",one,50000);
for (const h of ["password"+"/**/".repeat(2000)+"x","password ".repeat(2000),"password='".repeat(2000),"create secret ".repeat(2000),"a://".repeat(4000),"password--".repeat(2000), "secret/*".repeat(2000), "password=".repeat(2000), "password=concat'".repeat(2000),"password \n".repeat(2000),"password="+"'a'||".repeat(2000), "password='a' ".repeat(600)]) {const a=performance.now(); redactSql(h); console.log(h.slice(0,16).replace("\n","\\n"),(performance.now()-a).toFixed(2),"ms");}
