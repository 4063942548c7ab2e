package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgconn/ctxwatch"
	"github.com/jackc/pgx/v5/pgxpool"
)

const endless = "select count(*) from generate_series(1, 1000000) a, generate_series(1, 1000000) b"

func sessions() []testCase {
	return []testCase{
		{name: "a transaction rolled back, and one committed", run: transactions},
		{name: "after an error a transaction only ends", run: failedTransaction},
		{name: "isolation levels and access modes", run: transactionModes},
		{name: "a transaction in a transaction", run: nestedTransaction},
		{name: "a context that ends closes the connection", run: contextTimeout},
		{name: "a context that ends cancels the query", run: contextCancels},
		{name: "a cancel request", run: cancelRequest},
		{name: "statement_timeout", run: statementTimeout},
		{name: "a pool of 20 connections", run: pool},
		{name: "a pool replaces a connection that the server ended", run: poolReplaces},
		{name: "pg_terminate_backend", needs: "pg_terminate_backend", run: terminated},
		{name: "200,000 rows", run: manyRows},
		{name: "1,000 statements in a row", run: manyStatements},
		{name: "1,000 different statements", run: manyDifferentStatements},
		{name: "connects again and again", run: reconnects},
	}
}

func count(ctx context.Context, conn *pgx.Conn, table string) (n int, err error) {
	err = conn.QueryRow(ctx, "select count(*)::int from "+table).Scan(&n)
	return n, err
}

func transactions(ctx context.Context) error {
	return withConn(ctx, func(conn *pgx.Conn) error {
		if err := execAll(ctx, conn, "create temp table accounts (id int)"); err != nil {
			return err
		}
		no := errors.New("no")
		for _, result := range []error{no, nil} {
			err := pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
				if _, err := tx.Exec(ctx, "insert into accounts values ($1)", 1); err != nil {
					return err
				}
				return result
			})
			if err := equal(err, result); err != nil {
				return err
			}
		}
		n, err := count(ctx, conn, "accounts")
		if err != nil {
			return err
		}
		return equal(n, 1)
	})
}

func failedTransaction(ctx context.Context) error {
	return withConn(ctx, func(conn *pgx.Conn) error {
		tx, err := conn.Begin(ctx)
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, "select * from nowhere")
		if err := fails(err, "42P01"); err != nil {
			return err
		}
		if err := equal(conn.PgConn().TxStatus(), byte('E')); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, "select 1")
		if err := fails(err, "25P02"); err != nil {
			return err
		}
		if err := equal(tx.Commit(ctx), pgx.ErrTxCommitRollback); err != nil {
			return err
		}
		return execAll(ctx, conn, "select 1")
	})
}

func transactionModes(ctx context.Context) error {
	return withConn(ctx, func(conn *pgx.Conn) error {
		for _, level := range []pgx.TxIsoLevel{pgx.ReadUncommitted, pgx.ReadCommitted, pgx.RepeatableRead, pgx.Serializable} {
			options := pgx.TxOptions{IsoLevel: level, AccessMode: pgx.ReadOnly, DeferrableMode: pgx.Deferrable}
			err := pgx.BeginTxFunc(ctx, conn, options, func(tx pgx.Tx) error {
				_, err := tx.Exec(ctx, "create table read_only_go (id int)")
				return err
			})
			if err := fails(err, "25006"); err != nil {
				return err
			}
		}
		return nil
	})
}

func nestedTransaction(ctx context.Context) error {
	return withConn(ctx, func(conn *pgx.Conn) error {
		return pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
			inner, err := tx.Begin(ctx)
			if err != nil {
				return err
			}
			if _, err := inner.Exec(ctx, "select * from nowhere"); err == nil {
				return errors.New("no error")
			}
			if err := inner.Rollback(ctx); err != nil {
				return err
			}
			_, err = tx.Exec(ctx, "select 1")
			return err
		})
	})
}

func contextTimeout(ctx context.Context) error {
	return withConn(ctx, func(conn *pgx.Conn) error {
		short, cancel := context.WithTimeout(ctx, 100*time.Millisecond)
		defer cancel()
		_, err := conn.Exec(short, endless)
		if !errors.Is(err, context.DeadlineExceeded) {
			return fmt.Errorf("expected a timeout, got %v", err)
		}
		return equal(conn.IsClosed(), true)
	})
}

func contextCancels(ctx context.Context) error {
	change := func(config *pgx.ConnConfig) {
		config.BuildContextWatcherHandler = func(conn *pgconn.PgConn) ctxwatch.Handler {
			return &pgconn.CancelRequestContextWatcherHandler{Conn: conn, DeadlineDelay: 20 * time.Second}
		}
	}
	return withConfig(ctx, change, func(conn *pgx.Conn) error {
		short, cancel := context.WithTimeout(ctx, 200*time.Millisecond)
		defer cancel()
		_, err := conn.Exec(short, endless)
		if err := fails(err, "57014"); err != nil {
			return err
		}
		return execAll(ctx, conn, "select 1")
	})
}

func cancelRequest(ctx context.Context) error {
	return withConn(ctx, func(conn *pgx.Conn) error {
		// A cancel that comes before the server has started on the query does nothing: ask until it works.
		ended := make(chan struct{})
		var asking sync.WaitGroup
		asking.Go(func() {
			for {
				select {
				case <-ended:
					return
				default:
					_ = conn.PgConn().CancelRequest(ctx)
				}
			}
		})
		_, err := conn.Exec(ctx, endless)
		close(ended)
		asking.Wait()
		if err := fails(err, "57014"); err != nil {
			return err
		}
		// The last of several may still be on its way: it may hit this statement.
		for {
			err := execAll(ctx, conn, "select 1")
			if err == nil || fails(err, "57014") != nil {
				return err
			}
		}
	})
}

func statementTimeout(ctx context.Context) error {
	change := func(config *pgx.ConnConfig) { config.RuntimeParams["statement_timeout"] = "50" }
	return withConfig(ctx, change, func(conn *pgx.Conn) error {
		_, err := conn.Exec(ctx, endless)
		if err := fails(err, "57014"); err != nil {
			return err
		}
		if !strings.Contains(err.Error(), "canceling statement due to statement timeout") {
			return err
		}
		return execAll(ctx, conn, "select 1")
	})
}

func withPool(ctx context.Context, size int32, work func(pool *pgxpool.Pool) error) error {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return err
	}
	config.MaxConns = size
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return err
	}
	defer pool.Close()
	return work(pool)
}

func pool(ctx context.Context) error {
	return withPool(ctx, 20, func(pool *pgxpool.Pool) error {
		if _, err := pool.Exec(ctx, "create table pooled_go (n int)"); err != nil {
			return err
		}
		failures := make(chan error, 200)
		for n := range 200 {
			go func() {
				_, err := pool.Exec(ctx, "insert into pooled_go values ($1)", n)
				failures <- err
			}()
		}
		for range 200 {
			if err := <-failures; err != nil {
				return err
			}
		}
		var rows, sum int
		if err := pool.QueryRow(ctx, "select count(*)::int, sum(n)::int from pooled_go").Scan(&rows, &sum); err != nil {
			return err
		}
		if _, err := pool.Exec(ctx, "drop table pooled_go"); err != nil {
			return err
		}
		return equal([]int{rows, sum}, []int{200, 19900})
	})
}

func poolReplaces(ctx context.Context) error {
	return withPool(ctx, 1, func(pool *pgxpool.Pool) error {
		conn, err := pool.Acquire(ctx)
		if err != nil {
			return err
		}
		first := conn.Conn().PgConn().PID()
		if err := execAll(ctx, conn.Conn(), "set idle_session_timeout = 50"); err != nil {
			conn.Release()
			return err
		}
		// Waiting for a message that the server sends by itself: its goodbye.
		err = conn.Conn().PgConn().WaitForNotification(ctx)
		conn.Release()
		if err := fails(err, "57P05"); err != nil {
			return err
		}
		conn, err = pool.Acquire(ctx)
		if err != nil {
			return err
		}
		defer conn.Release()
		if conn.Conn().PgConn().PID() == first {
			return errors.New("the old connection is still in the pool")
		}
		return execAll(ctx, conn.Conn(), "select 1")
	})
}

func terminated(ctx context.Context) error {
	return withConn(ctx, func(conn *pgx.Conn) error {
		pid := conn.PgConn().PID()
		err := withConn(ctx, func(other *pgx.Conn) error {
			_, err := other.Exec(ctx, "select pg_terminate_backend($1)", pid)
			return err
		})
		if err != nil {
			return err
		}
		return fails(conn.PgConn().WaitForNotification(ctx), "57P01")
	})
}

func manyRows(ctx context.Context) error {
	return withConn(ctx, func(conn *pgx.Conn) error {
		for _, mode := range []pgx.QueryExecMode{pgx.QueryExecModeCacheStatement, pgx.QueryExecModeSimpleProtocol} {
			rows, err := conn.Query(ctx, "select i::int, repeat('x', 50) from generate_series(1, 200000) as s(i) order by i", mode)
			if err != nil {
				return err
			}
			var i, n int
			var text string
			tag, err := pgx.ForEachRow(rows, []any{&i, &text}, func() error {
				n++
				return equal(i, n)
			})
			if err != nil {
				return err
			}
			if err := equal([]any{tag.String(), text}, []any{"SELECT 200000", strings.Repeat("x", 50)}); err != nil {
				return err
			}
		}
		return nil
	})
}

func manyStatements(ctx context.Context) error {
	return withConn(ctx, func(conn *pgx.Conn) error {
		for i := range 1000 {
			var n int
			if err := conn.QueryRow(ctx, "select $1::int", i).Scan(&n); err != nil {
				return err
			}
			if err := equal(n, i); err != nil {
				return err
			}
		}
		return nil
	})
}

// More than pgx's cache of prepared statements holds: old ones are deallocated.
func manyDifferentStatements(ctx context.Context) error {
	return withConn(ctx, func(conn *pgx.Conn) error {
		for i := range 1000 {
			var n int
			if err := conn.QueryRow(ctx, fmt.Sprintf("select $1::int + %d", i), 1).Scan(&n); err != nil {
				return err
			}
			if err := equal(n, i+1); err != nil {
				return err
			}
		}
		return nil
	})
}

func reconnects(ctx context.Context) error {
	for range 20 {
		if err := withConn(ctx, func(conn *pgx.Conn) error { return execAll(ctx, conn, "select 1") }); err != nil {
			return err
		}
	}
	return nil
}
