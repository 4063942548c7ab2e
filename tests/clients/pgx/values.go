package main

import (
	"context"
	"fmt"
	"math"
	"math/big"
	"reflect"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
)

// A type and the Go value that goes there and comes back.
type value struct {
	kind  string
	value any
}

func ptr[T any](v T) *T { return &v }

var leapDay = time.Date(2024, 2, 29, 0, 0, 0, 0, time.UTC)
var moment = time.Date(2024, 2, 29, 12, 30, 45, 678901000, time.UTC)

var all = []value{
	{"bool", true},
	{"int2", int16(-32768)},
	{"int4", int32(math.MaxInt32)},
	{"int8", int64(math.MinInt64)},
	{"float4", float32(1.5)},
	{"float8", 0.1},
	{"float8", math.Inf(-1)},
	{"numeric(10,3)", pgtype.Numeric{Int: big.NewInt(-1234567125), Exp: -3, Valid: true}},
	{"text", ""},
	{"text", "it's 'quoted' \\ \n\t ½ 鴨 🦆"},
	{"varchar", strings.Repeat("x", 10_000)},
	{"bytea", []byte{0, 1, 255, '\\', '\''}},
	{"bytea", []byte{}},
	{"date", leapDay},
	{"date", pgtype.Date{InfinityModifier: pgtype.Infinity, Valid: true}},
	{"time", pgtype.Time{Microseconds: 86_399_999_999, Valid: true}},
	{"timestamp", moment},
	{"timestamptz", moment},
	{"timestamptz", pgtype.Timestamptz{InfinityModifier: pgtype.NegativeInfinity, Valid: true}},
	{"interval", pgtype.Interval{Months: 14, Days: 3, Microseconds: 14_706_500_000, Valid: true}},
	{"uuid", pgtype.UUID{Bytes: [16]byte{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 255}, Valid: true}},
	{"int4[]", []*int32{ptr[int32](1), nil, ptr[int32](-3)}},
	{"int8[]", []int64{}},
	{"text[]", []*string{ptr("a"), ptr("b,c"), ptr(`d"e`), ptr(""), nil, ptr("NULL"), ptr(`\`)}},
	{"float8[]", []float64{1.5, -0.25}},
	{"bool[]", []bool{true, false}},
	{"date[]", []time.Time{leapDay}},
	{"timestamptz[]", []time.Time{moment}},
	{"int4[][]", pgtype.Array[int32]{
		Elements: []int32{1, 2, 3, 4},
		Dims:     []pgtype.ArrayDimension{{Length: 2, LowerBound: 1}, {Length: 2, LowerBound: 1}},
		Valid:    true,
	}},
	{"int4", (*int32)(nil)},
	{"text", (*string)(nil)},
	{"timestamptz", (*time.Time)(nil)},
	{"int4[]", []int32(nil)},
}

func values() []testCase {
	var cases []testCase
	for i, one := range all {
		for _, mode := range modes {
			cases = append(cases, testCase{
				name: fmt.Sprintf("%s there and back, %s (%d)", one.kind, mode, i+1),
				gap:  literalGap(one.kind, mode),
				run:  func(ctx context.Context) error { return thereAndBack(ctx, one, mode) },
			})
		}
	}
	return append(cases,
		testCase{name: "json", run: jsonValues},
		testCase{name: "Go values by the columns' types", run: anyValues},
	)
}

// The simple protocol writes values as untyped literals, to which PostgreSQL gives the type of the column.
func literalGap(kind string, mode pgx.QueryExecMode) string {
	if mode != pgx.QueryExecModeSimpleProtocol || kind != "bytea" && !strings.HasSuffix(kind, "[]") {
		return ""
	}
	return "literals of arrays and bytea in SQL ('{1,2}')"
}

// As a value, and in a table's column. pgx sends and reads binary where the mode lets it, else text.
func thereAndBack(ctx context.Context, one value, mode pgx.QueryExecMode) error {
	change := func(config *pgx.ConnConfig) { config.DefaultQueryExecMode = mode }
	return withConfig(ctx, change, func(conn *pgx.Conn) error {
		if err := readBack(conn.QueryRow(ctx, "select $1::"+one.kind, one.value), one.value); err != nil {
			return err
		}
		if err := execAll(ctx, conn, "create temp table kept (v "+one.kind+")"); err != nil {
			return err
		}
		if _, err := conn.Exec(ctx, "insert into kept values ($1)", one.value); err != nil {
			return err
		}
		return readBack(conn.QueryRow(ctx, "select v from kept"), one.value)
	})
}

func readBack(row pgx.Row, expected any) error {
	target := reflect.New(reflect.TypeOf(expected))
	if err := row.Scan(target.Interface()); err != nil {
		return err
	}
	return equal(comparable(target.Elem().Interface()), comparable(expected))
}

// Moments are the same whatever the time zone they are told in.
func comparable(v any) any {
	switch v := v.(type) {
	case time.Time:
		return v.UTC()
	case []time.Time:
		for i := range v {
			v[i] = v[i].UTC()
		}
	}
	return v
}

// pgx must know that a parameter is json: only where the server describes it.
func jsonValues(ctx context.Context) error {
	document := map[string]any{"a": []any{1.0, nil, "x"}}
	for _, mode := range modes[:3] {
		if err := thereAndBack(ctx, value{"json", document}, mode); err != nil {
			return fmt.Errorf("%s: %w", mode, err)
		}
	}
	return nil
}

// The Go types that pgx chooses by the columns' OIDs.
func anyValues(ctx context.Context) error {
	return withConn(ctx, func(conn *pgx.Conn) error {
		rows, err := conn.Query(ctx, `select 1::smallint, 2, 3::bigint, 0.5::float8, true, 'x', '\x00'::bytea,
			'2024-02-29'::date, null::int, array[1, 2], '{"a": 1}'::json`)
		if err != nil {
			return err
		}
		defer rows.Close()
		if !rows.Next() {
			return rows.Err()
		}
		got, err := rows.Values()
		if err != nil {
			return err
		}
		return equal(got, []any{
			int16(1), int32(2), int64(3), 0.5, true, "x", []byte{0}, leapDay, nil,
			[]any{int32(1), int32(2)}, map[string]any{"a": 1.0},
		})
	})
}
