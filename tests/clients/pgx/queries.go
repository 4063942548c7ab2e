package main

import (
	"context"
	"crypto/tls"
	"database/sql"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	_ "github.com/jackc/pgx/v5/stdlib"
)

var modes = []pgx.QueryExecMode{
	pgx.QueryExecModeCacheStatement,
	pgx.QueryExecModeCacheDescribe,
	pgx.QueryExecModeDescribeExec,
	pgx.QueryExecModeExec,
	pgx.QueryExecModeSimpleProtocol,
}

func queries() []testCase {
	cases := []testCase{
		{name: "connects with TLS and SCRAM", run: connects},
		{name: "a wrong password is 28P01", run: wrongPassword},
		{name: "several statements in one query", run: severalStatements},
		{name: "an empty query", run: emptyQuery},
		{name: "a prepared statement, described and reused", run: preparedStatement},
		{name: "rows as structs and maps", run: rowsAsStructs},
		{name: "rows left early", run: rowsLeftEarly},
		{name: "a batch", run: batch},
		{name: "a batch is one transaction up to its error", run: batchWithError},
		{name: "a pipeline", run: pipeline},
		{name: "errors carry PostgreSQL's fields", run: errorFields},
		{name: "warnings", run: warnings},
		{name: "database/sql", run: databaseSQL},
		{name: "a server-side cursor", needs: "DECLARE", run: declaredCursor},
		{name: "COPY FROM STDIN", needs: "COPY", run: copyFrom},
		{name: "LISTEN and NOTIFY", needs: "LISTEN", run: listen},
	}
	for _, mode := range modes {
		cases = append(cases, testCase{
			name: "parameters, " + mode.String(),
			gap:  literalGap("int4[]", mode),
			run:  func(ctx context.Context) error { return parameters(ctx, mode) },
		})
	}
	return cases
}

func connects(ctx context.Context) error {
	return withConn(ctx, func(conn *pgx.Conn) error {
		if _, encrypted := conn.PgConn().Conn().(*tls.Conn); !encrypted {
			return errors.New("the connection is not encrypted")
		}
		var user, database string
		if err := conn.QueryRow(ctx, "select current_user, current_database()").Scan(&user, &database); err != nil {
			return err
		}
		return equal([]string{user, database}, []string{"postgres", "postgres"})
	})
}

func wrongPassword(ctx context.Context) error {
	err := withConfig(ctx, func(config *pgx.ConnConfig) { config.Password = "wrong" }, func(*pgx.Conn) error { return nil })
	var refused *pgconn.ConnectError
	if !errors.As(err, &refused) {
		return fmt.Errorf("expected a ConnectError, got %v", err)
	}
	return fails(err, "28P01")
}

func severalStatements(ctx context.Context) error {
	return withConn(ctx, func(conn *pgx.Conn) error {
		results, err := conn.PgConn().Exec(ctx, "create temp table several (id int); insert into several values (1), (2); "+
			"select * from several order by id").ReadAll()
		if err != nil {
			return err
		}
		var tags []string
		for _, result := range results {
			tags = append(tags, result.CommandTag.String())
		}
		return equal(tags, []string{"CREATE TABLE", "INSERT 0 2", "SELECT 2"})
	})
}

func emptyQuery(ctx context.Context) error {
	return withConn(ctx, func(conn *pgx.Conn) error {
		for _, mode := range modes {
			for _, text := range []string{"", " ;", "-- nothing"} {
				tag, err := conn.Exec(ctx, text, mode)
				if err != nil {
					return err
				}
				if err := equal(tag.String(), ""); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

func parameters(ctx context.Context, mode pgx.QueryExecMode) error {
	change := func(config *pgx.ConnConfig) { config.DefaultQueryExecMode = mode }
	return withConfig(ctx, change, func(conn *pgx.Conn) error {
		if err := execAll(ctx, conn, "create temp table people (id int primary key, name text, score float8)"); err != nil {
			return err
		}
		for i := range 20 {
			var id int
			var name *string
			row := conn.QueryRow(ctx, "insert into people values ($1, $2, $3) returning id, name", i, "it's", 0.5)
			if err := row.Scan(&id, &name); err != nil {
				return err
			}
			if err := equal([]any{id, *name}, []any{i, "it's"}); err != nil {
				return err
			}
		}
		tag, err := conn.Exec(ctx, "update people set name = $2 where id < $1", 5, nil)
		if err != nil {
			return err
		}
		if err := equal(tag.String(), "UPDATE 5"); err != nil {
			return err
		}
		rows, err := conn.Query(ctx, "select id from people where name is null and id = any($1) order by id", []int32{1, 4, 7})
		if err != nil {
			return err
		}
		ids, err := pgx.CollectRows(rows, pgx.RowTo[int32])
		if err != nil {
			return err
		}
		if err := equal(ids, []int32{1, 4}); err != nil {
			return err
		}
		var sum int
		if err := conn.QueryRow(ctx, "select $1::int + $2::int", 40, 2).Scan(&sum); err != nil {
			return err
		}
		if err := equal(sum, 42); err != nil {
			return err
		}
		_, err = conn.Exec(ctx, "select * from nowhere where id = $1", 1)
		return fails(err, "42P01")
	})
}

func preparedStatement(ctx context.Context) error {
	return withConn(ctx, func(conn *pgx.Conn) error {
		if err := execAll(ctx, conn, "create temp table described (id int, name text)"); err != nil {
			return err
		}
		statement, err := conn.Prepare(ctx, "by id", "select id, name from described where id = $1")
		if err != nil {
			return err
		}
		var columns []uint32
		for _, field := range statement.Fields {
			columns = append(columns, field.DataTypeOID)
		}
		if err := equal([][]uint32{statement.ParamOIDs, columns}, [][]uint32{{23}, {23, 25}}); err != nil {
			return err
		}
		for i := range 50 {
			tag, err := conn.Exec(ctx, "by id", i)
			if err != nil {
				return err
			}
			if err := equal(tag.String(), "SELECT 0"); err != nil {
				return err
			}
		}
		return conn.Deallocate(ctx, "by id")
	})
}

func rowsAsStructs(ctx context.Context) error {
	type person struct {
		ID   int
		Name *string
	}
	name := "Ada"
	return withConn(ctx, func(conn *pgx.Conn) error {
		const query = "select 1 as id, 'Ada' as name union all select 2, null order by id"
		rows, err := conn.Query(ctx, query)
		if err != nil {
			return err
		}
		people, err := pgx.CollectRows(rows, pgx.RowToStructByName[person])
		if err != nil {
			return err
		}
		if err := equal(people, []person{{1, &name}, {2, nil}}); err != nil {
			return err
		}
		rows, err = conn.Query(ctx, query)
		if err != nil {
			return err
		}
		maps, err := pgx.CollectRows(rows, pgx.RowToMap)
		if err != nil {
			return err
		}
		return equal(maps, []map[string]any{{"id": int32(1), "name": "Ada"}, {"id": int32(2), "name": nil}})
	})
}

func rowsLeftEarly(ctx context.Context) error {
	return withConn(ctx, func(conn *pgx.Conn) error {
		rows, err := conn.Query(ctx, "select i from generate_series(1, $1::int) as s(i)", 100_000)
		if err != nil {
			return err
		}
		if !rows.Next() {
			return errors.New("no rows")
		}
		rows.Close()
		var one int
		if err := conn.QueryRow(ctx, "select 1").Scan(&one); err != nil {
			return err
		}
		return equal(one, 1)
	})
}

func batch(ctx context.Context) error {
	return withConn(ctx, func(conn *pgx.Conn) error {
		for _, mode := range modes {
			config := conn.Config()
			config.DefaultQueryExecMode = mode
			other, err := pgx.ConnectConfig(ctx, config)
			if err != nil {
				return err
			}
			err = sendBatch(ctx, other)
			other.Close(ctx)
			if err != nil {
				return fmt.Errorf("%s: %w", mode, err)
			}
		}
		return nil
	})
}

func sendBatch(ctx context.Context, conn *pgx.Conn) error {
	if err := execAll(ctx, conn, "create temp table batched (n int)"); err != nil {
		return err
	}
	work := &pgx.Batch{}
	for i := range 300 {
		work.Queue("insert into batched values ($1)", i)
	}
	var count, sum int
	work.Queue("select count(*)::int, sum(n)::int from batched").QueryRow(func(row pgx.Row) error {
		return row.Scan(&count, &sum)
	})
	if err := conn.SendBatch(ctx, work).Close(); err != nil {
		return err
	}
	return equal([]int{count, sum}, []int{300, 44850})
}

func batchWithError(ctx context.Context) error {
	return withConn(ctx, func(conn *pgx.Conn) error {
		if err := execAll(ctx, conn, "create temp table batched (n int primary key)"); err != nil {
			return err
		}
		work := &pgx.Batch{}
		for _, n := range []int{1, 2, 1, 3} {
			work.Queue("insert into batched values ($1)", n)
		}
		if err := fails(conn.SendBatch(ctx, work).Close(), "23505"); err != nil {
			return err
		}
		var count int
		if err := conn.QueryRow(ctx, "select count(*)::int from batched").Scan(&count); err != nil {
			return err
		}
		return equal(count, 0)
	})
}

func pipeline(ctx context.Context) error {
	return withConn(ctx, func(conn *pgx.Conn) error {
		pipeline := conn.PgConn().StartPipeline(ctx)
		pipeline.SendPrepare("p", "select $1::text || '!'", nil)
		for i := range 300 {
			pipeline.SendQueryPrepared("p", [][]byte{fmt.Append(nil, i)}, nil, nil)
		}
		if err := pipeline.Sync(); err != nil {
			return err
		}
		if _, err := pipeline.GetResults(); err != nil {
			return err
		}
		for i := range 300 {
			results, err := pipeline.GetResults()
			if err != nil {
				return err
			}
			read := results.(*pgconn.ResultReader).Read()
			if read.Err != nil {
				return read.Err
			}
			if err := equal(string(read.Rows[0][0]), fmt.Sprintf("%d!", i)); err != nil {
				return err
			}
		}
		return pipeline.Close()
	})
}

func errorFields(ctx context.Context) error {
	return withConn(ctx, func(conn *pgx.Conn) error {
		setup := []string{
			"create temp table strict (id int primary key, n int not null check (n > 0))",
			"insert into strict values (1, 1)",
		}
		if err := execAll(ctx, conn, setup...); err != nil {
			return err
		}
		expected := []struct {
			sql, code string
			position  int32
		}{
			{"select * from nowhere", "42P01", 15},
			{"select nothing", "42703", 8},
			{"select no_such_function(1)", "42883", 8},
			{"selec 1", "42601", 1},
			{"select 'x'::date", "22007", 8},
			{"insert into strict values (1, 1)", "23505", 0},
			{"insert into strict values (2, null)", "23502", 0},
			{"insert into strict values (2, -1)", "23514", 0},
		}
		for _, one := range expected {
			_, err := conn.Exec(ctx, one.sql)
			var answer *pgconn.PgError
			if !errors.As(err, &answer) {
				return fmt.Errorf("%s: %v", one.sql, err)
			}
			got := []any{answer.Severity, answer.Code, answer.Position}
			if err := equal(got, []any{"ERROR", one.code, one.position}); err != nil {
				return fmt.Errorf("%s: %w", one.sql, err)
			}
		}
		return execAll(ctx, conn, "select 1")
	})
}

func warnings(ctx context.Context) error {
	var notices []string
	change := func(config *pgx.ConnConfig) {
		config.OnNotice = func(_ *pgconn.PgConn, notice *pgconn.Notice) {
			notices = append(notices, notice.Severity+" "+notice.Code+" "+notice.Message)
		}
	}
	err := withConfig(ctx, change, func(conn *pgx.Conn) error { return execAll(ctx, conn, "commit") })
	if err != nil {
		return err
	}
	return equal(notices, []string{"WARNING 25P01 there is no transaction in progress"})
}

func databaseSQL(ctx context.Context) error {
	db, err := sql.Open("pgx", url)
	if err != nil {
		return err
	}
	defer db.Close()
	statement, err := db.PrepareContext(ctx, "select $1::int * 2, $2::text")
	if err != nil {
		return err
	}
	defer statement.Close()
	for i := range 20 {
		var n int
		var text sql.NullString
		if err := statement.QueryRowContext(ctx, i, nil).Scan(&n, &text); err != nil {
			return err
		}
		if err := equal([]any{n, text.Valid}, []any{i * 2, false}); err != nil {
			return err
		}
	}
	tx, err := db.BeginTx(ctx, &sql.TxOptions{ReadOnly: true, Isolation: sql.LevelRepeatableRead})
	if err != nil {
		return err
	}
	defer tx.Rollback()
	_, err = tx.ExecContext(ctx, "create table read_only_go (id int)")
	return fails(err, "25006")
}

func declaredCursor(ctx context.Context) error {
	return withConn(ctx, func(conn *pgx.Conn) error {
		err := execAll(ctx, conn, "begin", "declare few cursor for select i from generate_series(1, 100) as s(i)")
		if err != nil {
			return err
		}
		tag, err := conn.Exec(ctx, "fetch 30 from few")
		if err != nil {
			return err
		}
		return equal(tag.RowsAffected(), int64(30))
	})
}

func copyFrom(ctx context.Context) error {
	return withConn(ctx, func(conn *pgx.Conn) error {
		if err := execAll(ctx, conn, "create temp table copied (id int, name text)"); err != nil {
			return err
		}
		rows := pgx.CopyFromRows([][]any{{1, "a"}, {2, nil}})
		count, err := conn.CopyFrom(ctx, pgx.Identifier{"copied"}, []string{"id", "name"}, rows)
		if err != nil {
			return err
		}
		return equal(count, int64(2))
	})
}

func listen(ctx context.Context) error {
	return withConn(ctx, func(conn *pgx.Conn) error {
		if err := execAll(ctx, conn, "listen news", "select pg_notify('news', 'hello')"); err != nil {
			return err
		}
		heard, err := conn.WaitForNotification(ctx)
		if err != nil {
			return err
		}
		return equal(heard.Payload, "hello")
	})
}
