/**
 * PostgreSQL's functions that a statement can call here, one a line: oid, proname, prokind, provolatile, proretset,
 * prorettype, proargtypes. A name is here where this server or DuckDB has a function of that name; which types of
 * arguments it takes is PostgreSQL's word.
 *
 * @see https://www.postgresql.org/docs/current/catalog-pg-proc.html
 */
export const builtinFunctions = `
77	int4	f	i	f	23	18
89	version	f	s	f	25	
235	float8	f	i	f	701	21
236	float4	f	i	f	700	21
237	int2	f	i	f	21	701
238	int2	f	i	f	21	700
274	timeofday	f	v	f	25	
311	float8	f	i	f	701	700
312	float4	f	i	f	700	701
313	int4	f	i	f	23	21
314	int2	f	i	f	21	23
315	pg_jit_available	f	v	f	16	
316	float8	f	i	f	701	23
317	int4	f	i	f	23	701
318	float4	f	i	f	700	23
319	int4	f	i	f	23	700
320	width_bucket	f	i	f	23	701 701 701 23
376	string_to_array	f	i	f	1009	25 25 25
384	array_to_string	f	s	f	25	2277 25 25
394	string_to_array	f	i	f	1009	25 25
395	array_to_string	f	s	f	25	2277 25
401	text	f	i	f	25	1042
406	text	f	i	f	25	19
480	int4	f	i	f	23	20
481	int8	f	i	f	20	23
482	float8	f	i	f	701	20
483	int8	f	i	f	20	701
652	float4	f	i	f	700	20
653	int8	f	i	f	20	700
714	int2	f	i	f	21	20
720	octet_length	f	i	f	23	17
721	get_byte	f	i	f	23	17 23
722	set_byte	f	i	f	17	17 23 23
723	get_bit	f	i	f	23	17 20
724	set_bit	f	i	f	17	17 20 23
730	text	f	i	f	25	869
745	current_user	f	s	f	19	
746	session_user	f	s	f	19	
747	array_dims	f	i	f	25	2277
748	array_ndims	f	i	f	23	2277
749	overlay	f	i	f	17	17 17 23 23
752	overlay	f	i	f	17	17 17 23
753	trunc	f	i	f	829	829
754	int8	f	i	f	20	21
810	pg_client_encoding	f	s	f	19	
817	current_query	f	v	f	25	
849	position	f	i	f	23	25 25
861	current_database	f	s	f	19	
868	strpos	f	i	f	23	25 25
870	lower	f	i	f	25	25
871	upper	f	i	f	25	25
872	initcap	f	i	f	25	25
873	lpad	f	i	f	25	25 23 25
874	rpad	f	i	f	25	25 23 25
875	ltrim	f	i	f	25	25 25
876	rtrim	f	i	f	25	25 25
877	substr	f	i	f	25	25 23 23
878	translate	f	i	f	25	25 25 25
879	lpad	f	i	f	25	25 23
880	rpad	f	i	f	25	25 23
881	ltrim	f	i	f	25	25
882	rtrim	f	i	f	25	25
883	substr	f	i	f	25	25 23
884	btrim	f	i	f	25	25 25
885	btrim	f	i	f	25	25
936	substring	f	i	f	25	25 23 23
937	substring	f	i	f	25	25 23
938	generate_series	f	i	t	1114	1114 1114 1186
939	generate_series	f	s	t	1184	1184 1184 1186
940	mod	f	i	f	21	21 21
941	mod	f	i	f	23	23 23
946	text	f	i	f	25	18
947	mod	f	i	f	20	20 20
1026	timezone	f	i	f	1114	1186 1184
1039	getdatabaseencoding	f	s	f	19	
1066	generate_series	f	i	t	23	23 23 23
1067	generate_series	f	i	t	23	23 23
1068	generate_series	f	i	t	20	20 20 20
1069	generate_series	f	i	t	20	20 20
1081	format_type	f	s	f	25	26 23
1158	to_timestamp	f	i	f	1184	701
1159	timezone	f	i	f	1114	25 1184
1171	date_part	f	s	f	701	25 1184
1172	date_part	f	i	f	701	25 1186
1175	justify_hours	f	i	f	1186	1186
1181	age	f	s	f	23	28
1191	generate_subscripts	f	i	t	23	2277 23 16
1192	generate_subscripts	f	i	t	23	2277 23
1194	log10	f	i	f	701	701
1199	age	f	i	f	1186	1184 1184
1215	obj_description	f	s	f	25	26 19
1216	col_description	f	s	f	25	26 23
1217	date_trunc	f	s	f	1184	25 1184
1218	date_trunc	f	i	f	1186	25 1186
1264	pg_char_to_encoding	f	s	f	23	19
1268	parse_ident	f	i	f	1009	25 16
1273	date_part	f	i	f	701	25 1266
1282	quote_ident	f	i	f	25	25
1283	quote_literal	f	i	f	25	25
1284	date_trunc	f	i	f	1184	25 1184 25
1285	quote_literal	f	s	f	25	2283
1288	int8	f	i	f	20	26
1289	quote_nullable	f	i	f	25	25
1290	quote_nullable	f	s	f	25	2283
1295	justify_days	f	i	f	1186	1186
1299	now	f	s	f	1184	
1317	length	f	i	f	23	25
1318	length	f	i	f	23	1042
1340	log	f	i	f	701	701
1341	ln	f	i	f	701	701
1342	round	f	i	f	701	701
1343	trunc	f	i	f	701	701
1344	sqrt	f	i	f	701	701
1345	cbrt	f	i	f	701	701
1346	pow	f	i	f	701	701 701
1347	exp	f	i	f	701	701
1348	obj_description	f	s	f	25	26
1367	character_length	f	i	f	23	1042
1368	power	f	i	f	701	701 701
1369	character_length	f	i	f	23	25
1372	char_length	f	i	f	23	1042
1373	isfinite	f	i	f	16	1082
1374	octet_length	f	i	f	23	25
1375	octet_length	f	i	f	23	1042
1376	factorial	f	i	f	1700	20
1381	char_length	f	i	f	23	25
1384	date_part	f	i	f	701	25 1082
1385	date_part	f	i	f	701	25 1083
1386	age	f	s	f	1186	1184
1387	pg_get_constraintdef	f	s	f	25	26
1389	isfinite	f	i	f	16	1184
1390	isfinite	f	i	f	16	1186
1394	abs	f	i	f	700	700
1395	abs	f	i	f	701	701
1396	abs	f	i	f	20	20
1397	abs	f	i	f	23	23
1398	abs	f	i	f	21	21
1402	current_schema	f	s	f	19	
1403	current_schemas	f	s	f	1003	16
1404	overlay	f	i	f	25	25 25 23 23
1405	overlay	f	i	f	25	25 25 23
1481	log10	f	i	f	1700	1700
1573	pg_get_ruledef	f	s	f	25	26
1574	nextval	f	v	f	20	2205
1575	currval	f	v	f	20	2205
1597	pg_encoding_to_char	f	s	f	19	23
1598	random	f	v	f	701	
1599	setseed	f	v	f	2278	701
1600	asin	f	i	f	701	701
1601	acos	f	i	f	701	701
1602	atan	f	i	f	701	701
1603	atan2	f	i	f	701	701 701
1604	sin	f	i	f	701	701
1605	cos	f	i	f	701	701
1606	tan	f	i	f	701	701
1607	cot	f	i	f	701	701
1608	degrees	f	i	f	701	701
1609	radians	f	i	f	701	701
1610	pi	f	i	f	701	
1619	pg_typeof	f	s	f	2206	2276
1620	ascii	f	i	f	23	25
1621	chr	f	i	f	25	23
1622	repeat	f	i	f	25	25 23
1637	like_escape	f	i	f	25	25 25
1640	pg_get_viewdef	f	s	f	25	25
1641	pg_get_viewdef	f	s	f	25	26
1642	pg_get_userbyid	f	s	f	19	26
1643	pg_get_indexdef	f	s	f	25	26
1662	pg_get_triggerdef	f	s	f	25	26
1665	pg_get_serial_sequence	f	s	f	25	25 25
1680	substring	f	i	f	1560	1560 23 23
1681	length	f	i	f	23	1560
1682	octet_length	f	i	f	23	1560
1684	int4	f	i	f	23	1560
1698	position	f	i	f	23	1560 1560
1699	substring	f	i	f	1560	1560 23
1705	abs	f	i	f	1700	1700
1706	sign	f	i	f	1700	1700
1707	round	f	i	f	1700	1700 23
1708	round	f	i	f	1700	1700
1709	trunc	f	i	f	1700	1700 23
1710	trunc	f	i	f	1700	1700
1711	ceil	f	i	f	1700	1700
1712	floor	f	i	f	1700	1700
1713	length	f	s	f	23	17 19
1714	convert_from	f	s	f	25	17 19
1716	pg_get_expr	f	s	f	25	194 26
1717	convert_to	f	s	f	17	25 19
1728	mod	f	i	f	1700	1700 1700
1730	sqrt	f	i	f	1700	1700
1732	exp	f	i	f	1700	1700
1734	ln	f	i	f	1700	1700
1736	log	f	i	f	1700	1700 1700
1738	pow	f	i	f	1700	1700 1700
1741	log	f	i	f	1700	1700
1744	int4	f	i	f	23	1700
1745	float4	f	i	f	700	1700
1746	float8	f	i	f	701	1700
1768	to_char	f	s	f	25	1186 25
1770	to_char	f	s	f	25	1184 25
1772	to_char	f	s	f	25	1700 25
1773	to_char	f	s	f	25	23 25
1774	to_char	f	s	f	25	20 25
1775	to_char	f	s	f	25	700 25
1776	to_char	f	s	f	25	701 25
1777	to_number	f	s	f	1700	25 25
1778	to_timestamp	f	s	f	1184	25 25
1779	int8	f	i	f	20	1700
1780	to_date	f	s	f	1082	25 25
1783	int2	f	i	f	21	1700
1810	bit_length	f	i	f	23	17
1811	bit_length	f	i	f	23	25
1812	bit_length	f	i	f	23	1560
1845	to_ascii	f	i	f	25	25
1846	to_ascii	f	i	f	25	25 23
1847	to_ascii	f	i	f	25	25 19
1922	has_table_privilege	f	s	f	16	19 25 25
1923	has_table_privilege	f	s	f	16	19 26 25
1924	has_table_privilege	f	s	f	16	26 25 25
1925	has_table_privilege	f	s	f	16	26 26 25
1926	has_table_privilege	f	s	f	16	25 25
1927	has_table_privilege	f	s	f	16	26 25
1946	encode	f	i	f	25	17 25
1947	decode	f	i	f	17	25 25
1973	div	f	i	f	1700	1700 1700
1993	shobj_description	f	s	f	25	26 19
2009	like_escape	f	i	f	17	17 17
2010	length	f	i	f	23	17
2012	substring	f	i	f	17	17 23 23
2013	substring	f	i	f	17	17 23
2014	position	f	i	f	23	17 17
2015	btrim	f	i	f	17	17 17
2020	date_trunc	f	i	f	1114	25 1114
2021	date_part	f	i	f	701	25 1114
2026	pg_backend_pid	f	s	f	23	
2034	pg_conf_load_time	f	s	f	1184	
2037	timezone	f	s	f	1266	25 1266
2038	timezone	f	i	f	1266	1186 1266
2048	isfinite	f	i	f	16	1114
2049	to_char	f	s	f	25	1114 25
2050	max	a	i	f	2277	2277
2051	min	a	i	f	2277	2277
2058	age	f	i	f	1186	1114 1114
2059	age	f	s	f	1186	1114
2069	timezone	f	i	f	1184	25 1114
2070	timezone	f	i	f	1184	1186 1114
2073	substring	f	i	f	25	25 25
2074	substring	f	i	f	25	25 25 25
2076	int8	f	i	f	20	1560
2077	current_setting	f	s	f	25	25
2078	set_config	f	v	f	25	25 25 16
2079	pg_table_is_visible	f	s	f	16	26
2080	pg_type_is_visible	f	s	f	16	26
2081	pg_function_is_visible	f	s	f	16	26
2082	pg_operator_is_visible	f	s	f	16	26
2083	pg_opclass_is_visible	f	s	f	16	26
2085	substr	f	i	f	17	17 23 23
2086	substr	f	i	f	17	17 23
2087	replace	f	i	f	25	25 25 25
2088	split_part	f	i	f	25	25 25 23
2089	to_hex	f	i	f	25	23
2090	to_hex	f	i	f	25	20
2091	array_lower	f	i	f	23	2277 23
2092	array_upper	f	i	f	23	2277 23
2093	pg_conversion_is_visible	f	s	f	16	26
2096	pg_terminate_backend	f	v	f	16	23 20
2098	pg_get_functiondef	f	s	f	25	26
2100	avg	a	i	f	1700	20
2101	avg	a	i	f	1700	23
2102	avg	a	i	f	1700	21
2103	avg	a	i	f	1700	1700
2104	avg	a	i	f	701	700
2105	avg	a	i	f	701	701
2106	avg	a	i	f	1186	1186
2107	sum	a	i	f	1700	20
2108	sum	a	i	f	20	23
2109	sum	a	i	f	20	21
2110	sum	a	i	f	700	700
2111	sum	a	i	f	701	701
2112	sum	a	i	f	790	790
2113	sum	a	i	f	1186	1186
2114	sum	a	i	f	1700	1700
2115	max	a	i	f	20	20
2116	max	a	i	f	23	23
2117	max	a	i	f	21	21
2118	max	a	i	f	26	26
2119	max	a	i	f	700	700
2120	max	a	i	f	701	701
2122	max	a	i	f	1082	1082
2123	max	a	i	f	1083	1083
2124	max	a	i	f	1266	1266
2125	max	a	i	f	790	790
2126	max	a	i	f	1114	1114
2127	max	a	i	f	1184	1184
2128	max	a	i	f	1186	1186
2129	max	a	i	f	25	25
2130	max	a	i	f	1700	1700
2131	min	a	i	f	20	20
2132	min	a	i	f	23	23
2133	min	a	i	f	21	21
2134	min	a	i	f	26	26
2135	min	a	i	f	700	700
2136	min	a	i	f	701	701
2138	min	a	i	f	1082	1082
2139	min	a	i	f	1083	1083
2140	min	a	i	f	1266	1266
2141	min	a	i	f	790	790
2142	min	a	i	f	1114	1114
2143	min	a	i	f	1184	1184
2144	min	a	i	f	1186	1186
2145	min	a	i	f	25	25
2146	min	a	i	f	1700	1700
2147	count	a	i	f	20	2276
2148	variance	a	i	f	1700	20
2149	variance	a	i	f	1700	23
2150	variance	a	i	f	1700	21
2151	variance	a	i	f	701	700
2152	variance	a	i	f	701	701
2153	variance	a	i	f	1700	1700
2154	stddev	a	i	f	1700	20
2155	stddev	a	i	f	1700	23
2156	stddev	a	i	f	1700	21
2157	stddev	a	i	f	701	700
2158	stddev	a	i	f	701	701
2159	stddev	a	i	f	1700	1700
2162	pg_get_function_arguments	f	s	f	25	26
2165	pg_get_function_result	f	s	f	25	26
2167	ceiling	f	i	f	1700	1700
2168	pg_database_size	f	v	f	20	19
2169	power	f	i	f	1700	1700 1700
2170	width_bucket	f	i	f	23	1700 1700 1700 23
2171	pg_cancel_backend	f	v	f	16	23
2176	array_length	f	i	f	23	2277 23
2181	has_sequence_privilege	f	s	f	16	19 25 25
2182	has_sequence_privilege	f	s	f	16	19 26 25
2183	has_sequence_privilege	f	s	f	16	26 25 25
2184	has_sequence_privilege	f	s	f	16	26 26 25
2185	has_sequence_privilege	f	s	f	16	25 25
2186	has_sequence_privilege	f	s	f	16	26 25
2196	inet_client_addr	f	s	f	869	
2197	inet_client_port	f	s	f	23	
2198	inet_server_addr	f	s	f	869	
2199	inet_server_port	f	s	f	23	
2232	pg_get_function_identity_arguments	f	s	f	25	26
2236	bit_and	a	i	f	21	21
2237	bit_or	a	i	f	21	21
2238	bit_and	a	i	f	23	23
2239	bit_or	a	i	f	23	23
2240	bit_and	a	i	f	20	20
2241	bit_or	a	i	f	20	20
2242	bit_and	a	i	f	1560	1560
2243	bit_or	a	i	f	1560	1560
2244	max	a	i	f	1042	1042
2245	min	a	i	f	1042	1042
2250	has_database_privilege	f	s	f	16	19 25 25
2251	has_database_privilege	f	s	f	16	19 26 25
2252	has_database_privilege	f	s	f	16	26 25 25
2253	has_database_privilege	f	s	f	16	26 26 25
2254	has_database_privilege	f	s	f	16	25 25
2255	has_database_privilege	f	s	f	16	26 25
2256	has_function_privilege	f	s	f	16	19 25 25
2257	has_function_privilege	f	s	f	16	19 26 25
2258	has_function_privilege	f	s	f	16	26 25 25
2259	has_function_privilege	f	s	f	16	26 26 25
2260	has_function_privilege	f	s	f	16	25 25
2261	has_function_privilege	f	s	f	16	26 25
2262	has_language_privilege	f	s	f	16	19 25 25
2263	has_language_privilege	f	s	f	16	19 26 25
2264	has_language_privilege	f	s	f	16	26 25 25
2265	has_language_privilege	f	s	f	16	26 26 25
2266	has_language_privilege	f	s	f	16	25 25
2267	has_language_privilege	f	s	f	16	26 25
2268	has_schema_privilege	f	s	f	16	19 25 25
2269	has_schema_privilege	f	s	f	16	19 26 25
2270	has_schema_privilege	f	s	f	16	26 25 25
2271	has_schema_privilege	f	s	f	16	26 26 25
2272	has_schema_privilege	f	s	f	16	25 25
2273	has_schema_privilege	f	s	f	16	26 25
2284	regexp_replace	f	i	f	25	25 25 25
2285	regexp_replace	f	i	f	25	25 25 25 25
2286	pg_total_relation_size	f	v	f	20	2205
2288	pg_size_pretty	f	i	f	25	20
2308	ceil	f	i	f	701	701
2309	floor	f	i	f	701	701
2310	sign	f	i	f	701	701
2311	md5	f	i	f	25	25
2320	ceiling	f	i	f	701	701
2321	md5	f	i	f	25	17
2322	pg_tablespace_size	f	v	f	20	26
2323	pg_tablespace_size	f	v	f	20	19
2324	pg_database_size	f	v	f	20	26
2325	pg_relation_size	f	v	f	20	2205
2331	unnest	f	i	t	2283	2277
2332	pg_relation_size	f	v	f	20	2205 25
2335	array_agg	a	i	f	2277	2776
2390	has_tablespace_privilege	f	s	f	16	19 25 25
2391	has_tablespace_privilege	f	s	f	16	19 26 25
2392	has_tablespace_privilege	f	s	f	16	26 25 25
2393	has_tablespace_privilege	f	s	f	16	26 26 25
2394	has_tablespace_privilege	f	s	f	16	25 25
2395	has_tablespace_privilege	f	s	f	16	26 25
2462	sinh	f	i	f	701	701
2463	cosh	f	i	f	701	701
2464	tanh	f	i	f	701	701
2465	asinh	f	i	f	701	701
2466	acosh	f	i	f	701	701
2467	atanh	f	i	f	701	701
2504	pg_get_ruledef	f	s	f	25	26 16
2505	pg_get_viewdef	f	s	f	25	25 16
2506	pg_get_viewdef	f	s	f	25	26 16
2507	pg_get_indexdef	f	s	f	25	26 23 16
2508	pg_get_constraintdef	f	s	f	25	26 16
2509	pg_get_expr	f	s	f	25	194 26 16
2517	bool_and	a	i	f	16	16
2518	bool_or	a	i	f	16	16
2557	bool	f	i	f	16	23
2558	int4	f	i	f	23	16
2560	pg_postmaster_start_time	f	s	f	1184	
2580	float8	f	i	f	701	3802
2626	pg_sleep	f	v	f	2278	701
2641	var_samp	a	i	f	1700	20
2642	var_samp	a	i	f	1700	23
2643	var_samp	a	i	f	1700	21
2644	var_samp	a	i	f	701	700
2645	var_samp	a	i	f	701	701
2646	var_samp	a	i	f	1700	1700
2647	transaction_timestamp	f	s	f	1184	
2648	statement_timestamp	f	s	f	1184	
2649	clock_timestamp	f	v	f	1184	
2705	pg_has_role	f	s	f	16	19 19 25
2706	pg_has_role	f	s	f	16	19 26 25
2707	pg_has_role	f	s	f	16	26 19 25
2708	pg_has_role	f	s	f	16	26 26 25
2709	pg_has_role	f	s	f	16	19 25
2710	pg_has_role	f	s	f	16	26 25
2711	justify_interval	f	i	f	1186	1186
2712	stddev_samp	a	i	f	1700	20
2713	stddev_samp	a	i	f	1700	23
2714	stddev_samp	a	i	f	1700	21
2715	stddev_samp	a	i	f	701	700
2716	stddev_samp	a	i	f	701	701
2717	stddev_samp	a	i	f	1700	1700
2718	var_pop	a	i	f	1700	20
2719	var_pop	a	i	f	1700	23
2720	var_pop	a	i	f	1700	21
2721	var_pop	a	i	f	701	700
2722	var_pop	a	i	f	701	701
2723	var_pop	a	i	f	1700	1700
2724	stddev_pop	a	i	f	1700	20
2725	stddev_pop	a	i	f	1700	23
2726	stddev_pop	a	i	f	1700	21
2727	stddev_pop	a	i	f	701	700
2728	stddev_pop	a	i	f	701	701
2729	stddev_pop	a	i	f	1700	1700
2730	pg_get_triggerdef	f	s	f	25	26 16
2731	asind	f	i	f	701	701
2732	acosd	f	i	f	701	701
2733	atand	f	i	f	701	701
2734	atan2d	f	i	f	701	701 701
2735	sind	f	i	f	701	701
2736	cosd	f	i	f	701	701
2737	tand	f	i	f	701	701
2738	cotd	f	i	f	701	701
2763	regexp_matches	f	i	t	1009	25 25
2764	regexp_matches	f	i	t	1009	25 25 25
2765	regexp_split_to_table	f	i	t	25	25 25
2766	regexp_split_to_table	f	i	t	25	25 25 25
2767	regexp_split_to_array	f	i	f	1009	25 25
2768	regexp_split_to_array	f	i	f	1009	25 25 25
2797	max	a	i	f	27	27
2798	min	a	i	f	27	27
2803	count	a	i	f	20	
2818	regr_count	a	i	f	20	701 701
2819	regr_sxx	a	i	f	701	701 701
2820	regr_syy	a	i	f	701	701 701
2821	regr_sxy	a	i	f	701	701 701
2822	regr_avgx	a	i	f	701	701 701
2823	regr_avgy	a	i	f	701	701 701
2824	regr_r2	a	i	f	701	701 701
2825	regr_slope	a	i	f	701	701 701
2826	regr_intercept	a	i	f	701	701 701
2827	covar_pop	a	i	f	701	701 701
2828	covar_samp	a	i	f	701	701 701
2829	corr	a	i	f	701	701 701
2854	pg_my_temp_schema	f	s	f	26	
2855	pg_is_other_temp_schema	f	s	f	16	26
2880	pg_advisory_lock	f	v	f	2278	20
2881	pg_advisory_lock_shared	f	v	f	2278	20
2882	pg_try_advisory_lock	f	v	f	16	20
2883	pg_try_advisory_lock_shared	f	v	f	16	20
2884	pg_advisory_unlock	f	v	f	16	20
2885	pg_advisory_unlock_shared	f	v	f	16	20
2886	pg_advisory_lock	f	v	f	2278	23 23
2887	pg_advisory_lock_shared	f	v	f	2278	23 23
2888	pg_try_advisory_lock	f	v	f	16	23 23
2889	pg_try_advisory_lock_shared	f	v	f	16	23 23
2890	pg_advisory_unlock	f	v	f	16	23 23
2891	pg_advisory_unlock_shared	f	v	f	16	23 23
2892	pg_advisory_unlock_all	f	v	f	2278	
2922	text	f	i	f	25	142
2943	txid_current	f	s	f	20	
2971	text	f	i	f	25	16
2997	pg_table_size	f	v	f	20	2205
2998	pg_indexes_size	f	v	f	20	2205
2999	pg_relation_filenode	f	s	f	26	2205
3000	has_foreign_data_wrapper_privilege	f	s	f	16	19 25 25
3001	has_foreign_data_wrapper_privilege	f	s	f	16	19 26 25
3002	has_foreign_data_wrapper_privilege	f	s	f	16	26 25 25
3003	has_foreign_data_wrapper_privilege	f	s	f	16	26 26 25
3004	has_foreign_data_wrapper_privilege	f	s	f	16	25 25
3005	has_foreign_data_wrapper_privilege	f	s	f	16	26 25
3006	has_server_privilege	f	s	f	16	19 25 25
3007	has_server_privilege	f	s	f	16	19 26 25
3008	has_server_privilege	f	s	f	16	26 25 25
3009	has_server_privilege	f	s	f	16	26 26 25
3010	has_server_privilege	f	s	f	16	25 25
3011	has_server_privilege	f	s	f	16	26 25
3012	has_column_privilege	f	s	f	16	19 25 25 25
3013	has_column_privilege	f	s	f	16	19 25 21 25
3014	has_column_privilege	f	s	f	16	19 26 25 25
3015	has_column_privilege	f	s	f	16	19 26 21 25
3016	has_column_privilege	f	s	f	16	26 25 25 25
3017	has_column_privilege	f	s	f	16	26 25 21 25
3018	has_column_privilege	f	s	f	16	26 26 25 25
3019	has_column_privilege	f	s	f	16	26 26 21 25
3020	has_column_privilege	f	s	f	16	25 25 25
3021	has_column_privilege	f	s	f	16	25 21 25
3022	has_column_privilege	f	s	f	16	26 25 25
3023	has_column_privilege	f	s	f	16	26 21 25
3024	has_any_column_privilege	f	s	f	16	19 25 25
3025	has_any_column_privilege	f	s	f	16	19 26 25
3026	has_any_column_privilege	f	s	f	16	26 25 25
3027	has_any_column_privilege	f	s	f	16	26 26 25
3028	has_any_column_privilege	f	s	f	16	25 25
3029	has_any_column_privilege	f	s	f	16	26 25
3030	overlay	f	i	f	1560	1560 1560 23 23
3031	overlay	f	i	f	1560	1560 1560 23
3032	get_bit	f	i	f	23	1560 23
3033	set_bit	f	i	f	1560	1560 23 23
3034	pg_relation_filepath	f	s	f	25	2205
3058	concat	f	s	f	25	2276
3059	concat_ws	f	s	f	25	25 2276
3060	left	f	i	f	25	25 23
3061	right	f	i	f	25	25 23
3062	reverse	f	i	f	25	25
3073	pg_is_wal_replay_paused	f	v	f	16	
3089	pg_advisory_xact_lock	f	v	f	2278	20
3090	pg_advisory_xact_lock_shared	f	v	f	2278	20
3091	pg_try_advisory_xact_lock	f	v	f	16	20
3092	pg_try_advisory_xact_lock_shared	f	v	f	16	20
3093	pg_advisory_xact_lock	f	v	f	2278	23 23
3094	pg_advisory_xact_lock_shared	f	v	f	2278	23 23
3095	pg_try_advisory_xact_lock	f	v	f	16	23 23
3096	pg_try_advisory_xact_lock_shared	f	v	f	16	23 23
3100	row_number	w	i	f	20	
3101	rank	w	i	f	20	
3102	dense_rank	w	i	f	20	
3103	percent_rank	w	i	f	701	
3104	cume_dist	w	i	f	701	
3105	ntile	w	i	f	23	23
3106	lag	w	i	f	2283	2283
3107	lag	w	i	f	2283	2283 23
3109	lead	w	i	f	2283	2283
3110	lead	w	i	f	2283	2283 23
3112	first_value	w	i	f	2283	2283
3113	last_value	w	i	f	2283	2283
3114	nth_value	w	i	f	2283	2283 23
3153	array_to_json	f	s	f	114	2277
3154	array_to_json	f	s	f	114	2277 16
3155	row_to_json	f	s	f	114	2249
3156	row_to_json	f	s	f	114	2249 16
3159	pg_get_viewdef	f	s	f	25	26 23
3166	pg_size_pretty	f	i	f	25	1700
3176	to_json	f	s	f	114	2283
3179	cardinality	f	i	f	23	2277
3202	json_object	f	i	f	114	1009
3203	json_object	f	i	f	114	1009 1009
3207	jsonb_array_length	f	i	f	23	3802
3208	jsonb_each	f	i	t	2249	3802
3210	jsonb_typeof	f	i	f	25	3802
3219	jsonb_array_elements	f	i	t	3802	3802
3259	generate_series	f	i	t	1700	1700 1700 1700
3260	generate_series	f	i	t	1700	1700 1700
3261	json_strip_nulls	f	i	f	114	114 16
3262	jsonb_strip_nulls	f	i	f	3802	3802 16
3281	scale	f	i	f	23	1700
3294	current_setting	f	s	f	25	25 16
3298	row_security_active	f	s	f	16	26
3299	row_security_active	f	s	f	16	25
3306	jsonb_pretty	f	i	f	25	3802
3334	pg_size_bytes	f	i	f	20	25
3352	pg_get_partkeydef	f	s	f	25	26
3396	regexp_match	f	i	f	1009	25 25
3397	regexp_match	f	i	f	1009	25 25 25
3403	pg_statistics_obj_is_visible	f	s	f	16	26
3408	pg_get_partition_constraintdef	f	s	f	25	26
3415	pg_get_statisticsobjdef	f	s	f	25	26
3420	sha256	f	i	f	17	17
3425	pg_partition_ancestors	f	v	t	2205	2205
3432	gen_random_uuid	f	v	f	2950	
3450	int2	f	i	f	21	3802
3451	int4	f	i	f	23	3802
3452	int8	f	i	f	20	3802
3453	float4	f	i	f	700	3802
3461	make_timestamp	f	i	f	1114	23 23 23 23 23 701
3462	make_timestamptz	f	s	f	1184	23 23 23 23 23 701
3463	make_timestamptz	f	s	f	1184	23 23 23 23 23 701 25
3464	make_interval	f	i	f	1186	23 23 23 23 23 23 701
3465	jsonb_array_elements_text	f	i	t	25	3802
3493	to_regtype	f	s	f	2206	25
3494	to_regproc	f	s	f	24	25
3495	to_regclass	f	s	f	2205	25
3538	string_agg	a	i	f	25	25 25
3539	format	f	s	f	25	25 2276
3540	format	f	s	f	25	25
3545	string_agg	a	i	f	17	17 17
3556	bool	f	i	f	16	3802
3564	max	a	i	f	869	869
3565	min	a	i	f	869	869
3696	starts_with	f	i	f	16	25 25
3756	pg_ts_parser_is_visible	f	s	f	16	26
3757	pg_ts_dict_is_visible	f	s	f	16	26
3758	pg_ts_config_is_visible	f	s	f	16	26
3768	pg_ts_template_is_visible	f	s	f	16	26
3778	pg_tablespace_location	f	s	f	25	26
3787	to_jsonb	f	s	f	3802	2283
3810	pg_is_in_recovery	f	v	f	16	
3815	pg_collation_is_visible	f	s	f	16	26
3829	pg_opfamily_is_visible	f	s	f	16	26
3846	make_date	f	i	f	1082	23 23 23
3847	make_time	f	i	f	1083	23 23 701
3931	jsonb_object_keys	f	i	t	25	3802
3932	jsonb_each_text	f	i	t	2249	3802
3935	pg_sleep_for	f	v	f	2278	1186
3936	pg_sleep_until	f	v	f	2278	1184
3951	json_extract_path	f	i	f	114	114 1009
3953	json_extract_path_text	f	i	f	25	114 1009
3955	json_array_elements	f	i	t	114	114
3956	json_array_length	f	i	f	23	114
3957	json_object_keys	f	i	t	25	114
3958	json_each	f	i	t	2249	114
3959	json_each_text	f	i	t	2249	114
3968	json_typeof	f	i	f	25	114
3969	json_array_elements_text	f	i	t	25	114
3972	percentile_disc	a	i	f	2283	701 2283
3974	percentile_cont	a	i	f	701	701 701
3976	percentile_cont	a	i	f	1186	701 1186
3978	percentile_disc	a	i	f	2277	1022 2283
3980	percentile_cont	a	i	f	1022	1022 701
3982	percentile_cont	a	i	f	1187	1022 1186
3984	mode	a	i	f	2283	2283
3986	rank	a	i	f	20	2276
3988	percent_rank	a	i	f	701	2276
3990	cume_dist	a	i	f	701	2276
3992	dense_rank	a	i	f	20	2276
4053	array_agg	a	i	f	2277	2277
4086	to_regnamespace	f	s	f	4089	25
4093	to_regrole	f	s	f	4096	25
5042	min_scale	f	i	f	23	1700
5043	trim_scale	f	i	f	1700	1700
5044	gcd	f	i	f	23	23 23
5045	gcd	f	i	f	20	20 20
5046	lcm	f	i	f	23	23 23
5047	lcm	f	i	f	20	20 20
5048	gcd	f	i	f	1700	1700 1700
5049	lcm	f	i	f	1700	1700 1700
5054	jsonb_set_lax	f	i	f	3802	3802 1009 3802 16 25
5099	max	a	i	f	5069	5069
5100	min	a	i	f	5069	5069
6121	pg_relation_is_publishable	f	s	f	16	2205
6160	string_to_table	f	i	t	25	25 25
6161	string_to_table	f	i	t	25	25 25 25
6162	bit_count	f	i	f	20	1560
6163	bit_count	f	i	f	20	17
6164	bit_xor	a	i	f	21	21
6165	bit_xor	a	i	f	23	23
6166	bit_xor	a	i	f	20	20
6167	bit_xor	a	i	f	1560	1560
6172	trim_array	f	i	f	2277	2277 23
6174	pg_get_statisticsobjdef_columns	f	s	f	25	26
6177	date_bin	f	i	f	1114	1186 1114 1114
6178	date_bin	f	i	f	1184	1186 1184 1184
6195	ltrim	f	i	f	17	17 17
6196	rtrim	f	i	f	17	17 17
6197	pg_get_function_sqlbody	f	s	f	25	26
6198	unistr	f	i	f	25	25
6212	random_normal	f	v	f	701	701 701
6215	array_shuffle	f	v	f	2277	2277
6216	array_sample	f	v	f	2277	2277 23
6221	date_add	f	s	f	1184	1184 1186
6222	date_add	f	i	f	1184	1184 1186 25
6223	date_subtract	f	s	f	1184	1184 1186
6251	regexp_replace	f	i	f	25	25 25 25 23 23 25
6252	regexp_replace	f	i	f	25	25 25 25 23 23
6253	regexp_replace	f	i	f	25	25 25 25 23
6254	regexp_count	f	i	f	23	25 25
6255	regexp_count	f	i	f	23	25 25 23
6256	regexp_count	f	i	f	23	25 25 23 25
6257	regexp_instr	f	i	f	23	25 25
6258	regexp_instr	f	i	f	23	25 25 23
6259	regexp_instr	f	i	f	23	25 25 23 23
6260	regexp_instr	f	i	f	23	25 25 23 23 23
6261	regexp_instr	f	i	f	23	25 25 23 23 23 25
6262	regexp_instr	f	i	f	23	25 25 23 23 23 25 23
6263	regexp_like	f	i	f	16	25 25
6264	regexp_like	f	i	f	16	25 25 25
6265	regexp_substr	f	i	f	25	25 25
6266	regexp_substr	f	i	f	25	25 25 23
6267	regexp_substr	f	i	f	25	25 25 23 23
6268	regexp_substr	f	i	f	25	25 25 23 23 25
6269	regexp_substr	f	i	f	25	25 25 23 23 25 23
6273	date_subtract	f	i	f	1184	1184 1186 25
6274	generate_series	f	i	t	1184	1184 1184 1186 25
6291	any_value	a	i	f	2283	2283
6330	to_bin	f	i	f	25	23
6331	to_bin	f	i	f	25	20
6332	to_oct	f	i	f	25	23
6333	to_oct	f	i	f	25	20
6334	timezone	f	s	f	1114	1184
6335	timezone	f	s	f	1184	1114
6336	timezone	f	s	f	1266	1266
6339	random	f	v	f	23	23 23
6340	random	f	v	f	20	20 20
6341	random	f	v	f	1700	1700 1700
6342	uuid_extract_timestamp	f	i	f	1184	2950
6343	uuid_extract_version	f	i	f	21	2950
6370	int2	f	i	f	21	17
6371	int4	f	i	f	23	17
6372	int8	f	i	f	20	17
6373	max	a	i	f	2249	2249
6374	min	a	i	f	2249	2249
6381	array_reverse	f	i	f	2277	2277
6382	reverse	f	i	f	17	17
6383	gamma	f	i	f	701	701
6384	lgamma	f	i	f	701	701
6388	array_sort	f	i	f	2277	2277
6389	array_sort	f	i	f	2277	2277 16
6390	array_sort	f	i	f	2277	2277 16 16
6395	max	a	i	f	17	17
6396	min	a	i	f	17	17
6412	casefold	f	i	f	25	25
6428	uuidv4	f	v	f	2950	
6429	uuidv7	f	v	f	2950	
6430	uuidv7	f	v	f	2950	1186
`;
