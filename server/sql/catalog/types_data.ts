/**
 * PostgreSQL's types that a value here can have or that a driver looks up, one a line: oid, typname, typlen, typbyval, typtype,
 * typcategory, typispreferred, typelem, typarray, typinput, typoutput, typreceive, typsend, typalign, typstorage,
 * typcollation, and the name SQL has for it.
 *
 * @see https://www.postgresql.org/docs/16/catalog-pg-type.html
 */
export const types = `
16	bool	1	t	b	B	t	0	1000	1242	1243	2436	2437	c	p	0	boolean
17	bytea	-1	f	b	U	f	0	1001	1244	31	2412	2413	i	x	0	bytea
18	char	1	t	b	Z	f	0	1002	1245	33	2434	2435	c	p	0	"char"
19	name	64	f	b	S	f	18	1003	34	35	2422	2423	c	p	950	name
20	int8	8	t	b	N	f	0	1016	460	461	2408	2409	d	p	0	bigint
21	int2	2	t	b	N	f	0	1005	38	39	2404	2405	s	p	0	smallint
22	int2vector	-1	f	b	A	f	21	1006	40	41	2410	2411	i	p	0	int2vector
23	int4	4	t	b	N	f	0	1007	42	43	2406	2407	i	p	0	integer
24	regproc	4	t	b	N	f	0	1008	44	45	2444	2445	i	p	0	regproc
25	text	-1	f	b	S	t	0	1009	46	47	2414	2415	i	x	100	text
26	oid	4	t	b	N	t	0	1028	1798	1799	2418	2419	i	p	0	oid
27	tid	6	f	b	U	f	0	1010	48	49	2438	2439	s	p	0	tid
28	xid	4	t	b	U	f	0	1011	50	51	2440	2441	i	p	0	xid
29	cid	4	t	b	U	f	0	1012	52	53	2442	2443	i	p	0	cid
30	oidvector	-1	f	b	A	f	26	1013	54	55	2420	2421	i	p	0	oidvector
114	json	-1	f	b	U	f	0	199	321	322	323	324	i	x	0	json
142	xml	-1	f	b	U	f	0	143	2893	2894	2898	2899	i	x	0	xml
194	pg_node_tree	-1	f	b	Z	f	0	0	195	196	197	198	i	x	100	pg_node_tree
650	cidr	-1	f	b	I	f	0	651	1267	1427	2498	2499	i	m	0	cidr
700	float4	4	t	b	N	f	0	1021	200	201	2424	2425	i	p	0	real
701	float8	8	t	b	N	t	0	1022	214	215	2426	2427	d	p	0	double precision
705	unknown	-2	f	p	X	f	0	0	109	110	2416	2417	c	p	0	unknown
790	money	8	t	b	N	f	0	791	886	887	2492	2493	d	p	0	money
829	macaddr	6	f	b	U	f	0	1040	436	437	2494	2495	i	p	0	macaddr
869	inet	-1	f	b	I	t	0	1041	910	911	2496	2497	i	m	0	inet
1033	aclitem	12	f	b	U	f	0	1034	1031	1032	0	0	i	p	0	aclitem
1042	bpchar	-1	f	b	S	f	0	1014	1044	1045	2430	2431	i	x	100	character
1043	varchar	-1	f	b	S	f	0	1015	1046	1047	2432	2433	i	x	100	character varying
1082	date	4	t	b	D	f	0	1182	1084	1085	2468	2469	i	p	0	date
1083	time	8	t	b	D	f	0	1183	1143	1144	2470	2471	d	p	0	time without time zone
1114	timestamp	8	t	b	D	f	0	1115	1312	1313	2474	2475	d	p	0	timestamp without time zone
1184	timestamptz	8	t	b	D	t	0	1185	1150	1151	2476	2477	d	p	0	timestamp with time zone
1186	interval	16	f	b	T	t	0	1187	1160	1161	2478	2479	d	p	0	interval
1266	timetz	12	f	b	D	f	0	1270	1350	1351	2472	2473	d	p	0	time with time zone
1560	bit	-1	f	b	V	f	0	1561	1564	1565	2456	2457	i	x	0	bit
1562	varbit	-1	f	b	V	t	0	1563	1579	1580	2458	2459	i	x	0	bit varying
1700	numeric	-1	f	b	N	f	0	1231	1701	1702	2460	2461	i	m	0	numeric
1790	refcursor	-1	f	b	U	f	0	2201	46	47	2414	2415	i	x	0	refcursor
2202	regprocedure	4	t	b	N	f	0	2207	2212	2213	2446	2447	i	p	0	regprocedure
2203	regoper	4	t	b	N	f	0	2208	2214	2215	2448	2449	i	p	0	regoper
2204	regoperator	4	t	b	N	f	0	2209	2216	2217	2450	2451	i	p	0	regoperator
2205	regclass	4	t	b	N	f	0	2210	2218	2219	2452	2453	i	p	0	regclass
2206	regtype	4	t	b	N	f	0	2211	2220	2221	2454	2455	i	p	0	regtype
2249	record	-1	f	p	P	f	0	2287	2290	2291	2402	2403	d	x	0	record
2275	cstring	-2	f	p	P	f	0	1263	2292	2293	2500	2501	c	p	0	cstring
2276	any	4	t	p	P	f	0	0	2294	2295	0	0	i	p	0	"any"
2277	anyarray	-1	f	p	P	f	0	0	2296	2297	2502	2503	d	x	0	anyarray
2278	void	4	t	p	P	f	0	0	2298	2299	3120	3121	i	p	0	void
2279	trigger	4	t	p	P	f	0	0	2300	2301	0	0	i	p	0	trigger
2281	internal	8	t	p	P	f	0	0	2304	2305	0	0	d	p	0	internal
2283	anyelement	4	t	p	P	f	0	0	2312	2313	0	0	i	p	0	anyelement
2776	anynonarray	4	t	p	P	f	0	0	2777	2778	0	0	i	p	0	anynonarray
2950	uuid	16	f	b	U	f	0	2951	2952	2953	2961	2962	c	p	0	uuid
3802	jsonb	-1	f	b	U	f	0	3807	3806	3804	3805	3803	i	x	0	jsonb
4072	jsonpath	-1	f	b	U	f	0	4073	4001	4003	4002	4004	i	x	0	jsonpath
4089	regnamespace	4	t	b	N	f	0	4090	4084	4085	4087	4088	i	p	0	regnamespace
4096	regrole	4	t	b	N	f	0	4097	4098	4092	4094	4095	i	p	0	regrole
5069	xid8	8	t	b	U	f	0	271	5070	5081	5082	5083	d	p	0	xid8
`;

/** The functions those types name: oid, proname, prorettype, pronargs, proargtypes. */
export const typeFunctions = `
31	byteaout	2275	1	17
33	charout	2275	1	18
34	namein	19	1	2275
35	nameout	2275	1	19
38	int2in	21	1	2275
39	int2out	2275	1	21
40	int2vectorin	22	1	2275
41	int2vectorout	2275	1	22
42	int4in	23	1	2275
43	int4out	2275	1	23
44	regprocin	24	1	2275
45	regprocout	2275	1	24
46	textin	25	1	2275
47	textout	2275	1	25
48	tidin	27	1	2275
49	tidout	2275	1	27
50	xidin	28	1	2275
51	xidout	2275	1	28
52	cidin	29	1	2275
53	cidout	2275	1	29
54	oidvectorin	30	1	2275
55	oidvectorout	2275	1	30
109	unknownin	705	1	2275
110	unknownout	2275	1	705
195	pg_node_tree_in	194	1	2275
196	pg_node_tree_out	2275	1	194
197	pg_node_tree_recv	194	1	2281
198	pg_node_tree_send	17	1	194
200	float4in	700	1	2275
201	float4out	2275	1	700
214	float8in	701	1	2275
215	float8out	2275	1	701
321	json_in	114	1	2275
322	json_out	2275	1	114
323	json_recv	114	1	2281
324	json_send	17	1	114
436	macaddr_in	829	1	2275
437	macaddr_out	2275	1	829
460	int8in	20	1	2275
461	int8out	2275	1	20
750	array_in	2277	3	2275 26 23
751	array_out	2275	1	2277
886	cash_in	790	1	2275
887	cash_out	2275	1	790
910	inet_in	869	1	2275
911	inet_out	2275	1	869
1031	aclitemin	1033	1	2275
1032	aclitemout	2275	1	1033
1044	bpcharin	1042	3	2275 26 23
1045	bpcharout	2275	1	1042
1046	varcharin	1043	3	2275 26 23
1047	varcharout	2275	1	1043
1084	date_in	1082	1	2275
1085	date_out	2275	1	1082
1143	time_in	1083	3	2275 26 23
1144	time_out	2275	1	1083
1150	timestamptz_in	1184	3	2275 26 23
1151	timestamptz_out	2275	1	1184
1160	interval_in	1186	3	2275 26 23
1161	interval_out	2275	1	1186
1242	boolin	16	1	2275
1243	boolout	2275	1	16
1244	byteain	17	1	2275
1245	charin	18	1	2275
1267	cidr_in	650	1	2275
1312	timestamp_in	1114	3	2275 26 23
1313	timestamp_out	2275	1	1114
1350	timetz_in	1266	3	2275 26 23
1351	timetz_out	2275	1	1266
1427	cidr_out	2275	1	650
1564	bit_in	1560	3	2275 26 23
1565	bit_out	2275	1	1560
1579	varbit_in	1562	3	2275 26 23
1580	varbit_out	2275	1	1562
1701	numeric_in	1700	3	2275 26 23
1702	numeric_out	2275	1	1700
1798	oidin	26	1	2275
1799	oidout	2275	1	26
2212	regprocedurein	2202	1	2275
2213	regprocedureout	2275	1	2202
2214	regoperin	2203	1	2275
2215	regoperout	2275	1	2203
2216	regoperatorin	2204	1	2275
2217	regoperatorout	2275	1	2204
2218	regclassin	2205	1	2275
2219	regclassout	2275	1	2205
2220	regtypein	2206	1	2275
2221	regtypeout	2275	1	2206
2290	record_in	2249	3	2275 26 23
2291	record_out	2275	1	2249
2292	cstring_in	2275	1	2275
2293	cstring_out	2275	1	2275
2294	any_in	2276	1	2275
2295	any_out	2275	1	2276
2296	anyarray_in	2277	1	2275
2297	anyarray_out	2275	1	2277
2298	void_in	2278	1	2275
2299	void_out	2275	1	2278
2300	trigger_in	2279	1	2275
2301	trigger_out	2275	1	2279
2304	internal_in	2281	1	2275
2305	internal_out	2275	1	2281
2312	anyelement_in	2283	1	2275
2313	anyelement_out	2275	1	2283
2400	array_recv	2277	3	2281 26 23
2401	array_send	17	1	2277
2402	record_recv	2249	3	2281 26 23
2403	record_send	17	1	2249
2404	int2recv	21	1	2281
2405	int2send	17	1	21
2406	int4recv	23	1	2281
2407	int4send	17	1	23
2408	int8recv	20	1	2281
2409	int8send	17	1	20
2410	int2vectorrecv	22	1	2281
2411	int2vectorsend	17	1	22
2412	bytearecv	17	1	2281
2413	byteasend	17	1	17
2414	textrecv	25	1	2281
2415	textsend	17	1	25
2416	unknownrecv	705	1	2281
2417	unknownsend	17	1	705
2418	oidrecv	26	1	2281
2419	oidsend	17	1	26
2420	oidvectorrecv	30	1	2281
2421	oidvectorsend	17	1	30
2422	namerecv	19	1	2281
2423	namesend	17	1	19
2424	float4recv	700	1	2281
2425	float4send	17	1	700
2426	float8recv	701	1	2281
2427	float8send	17	1	701
2430	bpcharrecv	1042	3	2281 26 23
2431	bpcharsend	17	1	1042
2432	varcharrecv	1043	3	2281 26 23
2433	varcharsend	17	1	1043
2434	charrecv	18	1	2281
2435	charsend	17	1	18
2436	boolrecv	16	1	2281
2437	boolsend	17	1	16
2438	tidrecv	27	1	2281
2439	tidsend	17	1	27
2440	xidrecv	28	1	2281
2441	xidsend	17	1	28
2442	cidrecv	29	1	2281
2443	cidsend	17	1	29
2444	regprocrecv	24	1	2281
2445	regprocsend	17	1	24
2446	regprocedurerecv	2202	1	2281
2447	regproceduresend	17	1	2202
2448	regoperrecv	2203	1	2281
2449	regopersend	17	1	2203
2450	regoperatorrecv	2204	1	2281
2451	regoperatorsend	17	1	2204
2452	regclassrecv	2205	1	2281
2453	regclasssend	17	1	2205
2454	regtyperecv	2206	1	2281
2455	regtypesend	17	1	2206
2456	bit_recv	1560	3	2281 26 23
2457	bit_send	17	1	1560
2458	varbit_recv	1562	3	2281 26 23
2459	varbit_send	17	1	1562
2460	numeric_recv	1700	3	2281 26 23
2461	numeric_send	17	1	1700
2468	date_recv	1082	1	2281
2469	date_send	17	1	1082
2470	time_recv	1083	3	2281 26 23
2471	time_send	17	1	1083
2472	timetz_recv	1266	3	2281 26 23
2473	timetz_send	17	1	1266
2474	timestamp_recv	1114	3	2281 26 23
2475	timestamp_send	17	1	1114
2476	timestamptz_recv	1184	3	2281 26 23
2477	timestamptz_send	17	1	1184
2478	interval_recv	1186	3	2281 26 23
2479	interval_send	17	1	1186
2492	cash_recv	790	1	2281
2493	cash_send	17	1	790
2494	macaddr_recv	829	1	2281
2495	macaddr_send	17	1	829
2496	inet_recv	869	1	2281
2497	inet_send	17	1	869
2498	cidr_recv	650	1	2281
2499	cidr_send	17	1	650
2500	cstring_recv	2275	1	2281
2501	cstring_send	17	1	2275
2502	anyarray_recv	2277	1	2281
2503	anyarray_send	17	1	2277
2597	domain_in	2276	3	2275 26 23
2598	domain_recv	2276	3	2281 26 23
2777	anynonarray_in	2776	1	2275
2778	anynonarray_out	2275	1	2776
2893	xml_in	142	1	2275
2894	xml_out	2275	1	142
2898	xml_recv	142	1	2281
2899	xml_send	17	1	142
2952	uuid_in	2950	1	2275
2953	uuid_out	2275	1	2950
2961	uuid_recv	2950	1	2281
2962	uuid_send	17	1	2950
3120	void_recv	2278	1	2281
3121	void_send	17	1	2278
3506	enum_in	3500	2	2275 26
3507	enum_out	2275	1	3500
3532	enum_recv	3500	2	2281 26
3533	enum_send	17	1	3500
3803	jsonb_send	17	1	3802
3804	jsonb_out	2275	1	3802
3805	jsonb_recv	3802	1	2281
3806	jsonb_in	3802	1	2275
4001	jsonpath_in	4072	1	2275
4002	jsonpath_recv	4072	1	2281
4003	jsonpath_out	2275	1	4072
4004	jsonpath_send	17	1	4072
4084	regnamespacein	4089	1	2275
4085	regnamespaceout	2275	1	4089
4087	regnamespacerecv	4089	1	2281
4088	regnamespacesend	17	1	4089
4092	regroleout	2275	1	4096
4094	regrolerecv	4096	1	2281
4095	regrolesend	17	1	4096
4098	regrolein	4096	1	2275
5070	xid8in	5069	1	2275
5081	xid8out	2275	1	5069
5082	xid8recv	5069	1	2281
5083	xid8send	17	1	5069
`;
