// The program pgx does pgx's ordinary work against the server at CLIENT_URL, and tells of each case in a line of the
// Test Anything Protocol.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"reflect"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

var url = os.Getenv("CLIENT_URL")

// "duckgres" or "PostgreSQL".
var server = os.Getenv("CLIENT_SERVER")

type testCase struct {
	name string
	// What the server may not have yet; the case is skipped when it answers so.
	needs string
	// A known fault of duckgres; the case is skipped where it fails for it, and fails on PostgreSQL.
	gap string
	run func(ctx context.Context) error
}

func main() {
	cases := append(append(queries(), values()...), sessions()...)
	for i, one := range cases {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		fmt.Println(outcome(i+1, one, one.run(ctx)))
		cancel()
	}
	fmt.Printf("1..%d\n", len(cases))
}

func outcome(number int, one testCase, err error) string {
	if err == nil {
		return fmt.Sprintf("ok %d - %s", number, one.name)
	}
	if reason := excuse(one, err); reason != "" {
		return fmt.Sprintf("ok %d - %s # SKIP %s", number, one.name, reason)
	}
	lines := strings.ReplaceAll(err.Error(), "\n", "\n# ")
	return fmt.Sprintf("not ok %d - %s\n# %s", number, one.name, lines)
}

// excuse says why a case that failed so is skipped; it is empty when it is not.
func excuse(one testCase, err error) string {
	var answer *pgconn.PgError
	if one.needs != "" && errors.As(err, &answer) && unsupported(answer.Code) {
		return one.needs + ": " + answer.Message
	}
	if one.gap != "" && server == "duckgres" {
		return "known gap: " + one.gap
	}
	return ""
}

// Not supported, or no such function.
func unsupported(sqlstate string) bool {
	return sqlstate == "0A000" || sqlstate == "42883"
}

// withConn runs work on a connection of its own.
func withConn(ctx context.Context, work func(conn *pgx.Conn) error) error {
	return withConfig(ctx, func(*pgx.ConnConfig) {}, work)
}

func withConfig(ctx context.Context, change func(*pgx.ConnConfig), work func(conn *pgx.Conn) error) error {
	config, err := pgx.ParseConfig(url)
	if err != nil {
		return err
	}
	change(config)
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	return work(conn)
}

func equal(actual, expected any) error {
	if reflect.DeepEqual(actual, expected) {
		return nil
	}
	return fmt.Errorf("got %#v, expected %#v", actual, expected)
}

// fails checks that an error is PostgreSQL's with this SQLSTATE.
func fails(err error, sqlstate string) error {
	var answer *pgconn.PgError
	if !errors.As(err, &answer) {
		return fmt.Errorf("expected SQLSTATE %s, got %v", sqlstate, err)
	}
	return equal(answer.Code, sqlstate)
}

func execAll(ctx context.Context, conn *pgx.Conn, statements ...string) error {
	for _, statement := range statements {
		if _, err := conn.Exec(ctx, statement); err != nil {
			return fmt.Errorf("%s: %w", statement, err)
		}
	}
	return nil
}
