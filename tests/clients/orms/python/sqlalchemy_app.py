"""A shop on SQLAlchemy 2."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    MetaData,
    Numeric,
    String,
    Text,
    UniqueConstraint,
    create_engine,
    delete,
    func,
    inspect,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, UUID, insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship, selectinload
import uuid

from steps import address, equal, run_steps, step

at = address()
engine = create_engine(
    f"postgresql+psycopg://{at['user']}:{at['password']}@{at['host']}:{at['port']}/{at['database']}",
    connect_args={"sslmode": "require"},
)


class Base(DeclarativeBase):
    pass


class Customer(Base):
    __tablename__ = "customers"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(100), unique=True)
    name: Mapped[str | None] = mapped_column(Text)
    active: Mapped[bool] = mapped_column(default=True, server_default="true")
    created: Mapped[datetime] = mapped_column(server_default=func.now())
    orders: Mapped[list["Order"]] = relationship(back_populates="customer", order_by="Order.id")


class Order(Base):
    __tablename__ = "orders"
    __table_args__ = (
        UniqueConstraint("number", name="orders_number_key"),
        CheckConstraint("total >= 0", name="orders_total_check"),
        Index("orders_day_idx", "day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[uuid.UUID] = mapped_column(UUID(as_uuid=True), default=uuid.uuid4)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    day: Mapped[date]
    total: Mapped[Decimal] = mapped_column(Numeric(12, 2))
    tags: Mapped[list[str]] = mapped_column(ARRAY(String), default=list)
    details: Mapped[dict] = mapped_column(JSONB, default=dict)
    notes: Mapped[dict | None] = mapped_column(JSON)
    customer: Mapped[Customer] = relationship(back_populates="orders")


@step
def create() -> None:
    """Tables are created, and found to exist the second time."""
    Base.metadata.create_all(engine)
    Base.metadata.create_all(engine)
    equal(sorted(inspect(engine).get_table_names()), ["customers", "orders"])


@step
def reflection() -> None:
    """The schema is reflected."""
    found = inspect(engine)
    columns = {column["name"]: column for column in found.get_columns("orders")}
    equal(list(columns), ["id", "number", "customer_id", "day", "total", "tags", "details", "notes"])
    equal(
        [str(columns[name]["type"]) for name in ["id", "number", "day", "total", "tags", "details"]],
        ["INTEGER", "UUID", "DATE", "NUMERIC(12, 2)", "ARRAY", "JSONB"],
    )
    equal([columns[name]["nullable"] for name in ["id", "total", "notes"]], [False, False, True])
    equal(found.get_pk_constraint("orders")["constrained_columns"], ["id"])
    equal([key["column_names"] for key in found.get_unique_constraints("orders")], [["number"]])
    [foreign] = found.get_foreign_keys("orders")
    equal((foreign["constrained_columns"], foreign["referred_table"]), (["customer_id"], "customers"))
    equal("orders_day_idx" in [index["name"] for index in found.get_indexes("orders")], True)
    equal(found.has_table("customers"), True)
    equal(found.has_table("nobody"), False)


@step
def add() -> None:
    """Rows are added and get their keys."""
    with Session(engine) as session:
        ada = Customer(email="ada@example.com", name="Ada")
        ada.orders = [
            Order(day=date(2024, 1, 5), total=Decimal("10.50"), tags=["a", "b"], details={"gift": True, "n": [1, 2]}),
            Order(day=date(2024, 2, 6), total=Decimal("4.25"), notes={"k": "v"}),
        ]
        session.add_all([ada, Customer(email="ben@example.com"), Customer(email="cleo@example.com", active=False)])
        session.commit()
        equal(ada.id, 1)
        equal([order.id for order in ada.orders], [1, 2])
        equal(isinstance(ada.created, datetime), True)


@step
def query() -> None:
    """Objects come back as they were, with their relations."""
    with Session(engine) as session:
        [ada] = session.scalars(
            select(Customer).where(Customer.email == "ada@example.com").options(selectinload(Customer.orders))
        )
        equal([order.total for order in ada.orders], [Decimal("10.50"), Decimal("4.25")])
        equal(ada.orders[0].tags, ["a", "b"])
        equal(ada.orders[0].details, {"gift": True, "n": [1, 2]})
        equal(ada.orders[1].notes, {"k": "v"})
        equal(isinstance(ada.orders[0].number, uuid.UUID), True)
        joined = select(Customer.name, Order.total).join(Order.customer).order_by(Order.total)
        equal([tuple(row) for row in session.execute(joined)], [("Ada", Decimal("4.25")), ("Ada", Decimal("10.50"))])


@step
def documents() -> None:
    """JSON and arrays are queried."""
    with Session(engine) as session:
        def ids(condition: object) -> list[int]:
            return list(session.scalars(select(Order.id).where(condition).order_by(Order.id)))

        equal(ids(Order.details["gift"].as_boolean()), [1])
        equal(ids(Order.details.contains({"gift": True})), [1])
        equal(ids(Order.details.has_key("n")), [1])
        equal(ids(Order.details[("n", "1")].astext == "2"), [1])
        equal(ids(Order.tags.contains(["a"])), [1])
        equal(ids(Order.tags.any("b")), [1])
        equal(ids(Order.notes["k"].as_string() == "v"), [2])


@step
def upsert() -> None:
    """INSERT … ON CONFLICT changes the row that is there."""
    with Session(engine) as session:
        for email, name in [("ben@example.com", "Ben"), ("dan@example.com", "Dan")]:
            statement = insert(Customer).values(email=email, name=name)
            statement = statement.on_conflict_do_update(
                index_elements=[Customer.email], set_={"name": statement.excluded.name}
            ).returning(Customer.id, Customer.name)
            equal(session.execute(statement).one().name, name)
        nothing = insert(Customer).values(email="dan@example.com").on_conflict_do_nothing()
        equal(session.execute(nothing.returning(Customer.id)).all(), [])
        session.commit()
        equal(session.scalar(select(func.count()).select_from(Customer)), 4)


@step
def paginate() -> None:
    """Pages."""
    with Session(engine) as session:
        pages = select(Customer.email).order_by(Customer.email).limit(2)
        equal(list(session.scalars(pages)), ["ada@example.com", "ben@example.com"])
        equal(list(session.scalars(pages.offset(2))), ["cleo@example.com", "dan@example.com"])
        equal(list(session.scalars(pages.where(Customer.email > "ben@example.com"))), ["cleo@example.com", "dan@example.com"])


@step
def aggregate() -> None:
    """Groups, windows and common table expressions."""
    with Session(engine) as session:
        month = func.date_trunc("month", Order.day)
        grouped = (
            select(Customer.email, func.count(Order.id), func.coalesce(func.sum(Order.total), 0))
            .outerjoin(Customer.orders)
            .group_by(Customer.email)
            .having(func.count(Order.id) > 0)
        )
        equal([tuple(row) for row in session.execute(grouped)], [("ada@example.com", 2, Decimal("14.75"))])
        ranked = select(Order.id, func.rank().over(order_by=Order.total.desc())).order_by(Order.id)
        equal([tuple(row) for row in session.execute(ranked)], [(1, 1), (2, 2)])
        equal(len(session.execute(select(month, func.count()).group_by(month)).all()), 2)
        big = select(Order).where(Order.total > 5).cte("big")
        equal(session.scalar(select(func.count()).select_from(big)), 1)
        listed = select(func.array_agg(Customer.email)).where(Customer.active)
        equal(sorted(session.scalar(listed)), ["ada@example.com", "ben@example.com", "dan@example.com"])


@step
def change() -> None:
    """Updates, in the session and by statement."""
    with Session(engine) as session:
        ben = session.scalars(select(Customer).filter_by(email="ben@example.com")).one()
        ben.name = "Benjamin"
        session.flush()
        statement = update(Order).where(Order.total < 5).values(total=Order.total * 2).returning(Order.total)
        equal(list(session.scalars(statement)), [Decimal("8.50")])
        session.execute(update(Order).where(Order.id == 1).values(details={"gift": False}))
        session.commit()
        equal(session.get(Order, 1).details, {"gift": False})
        equal(session.scalar(select(Customer.name).filter_by(email="ben@example.com")), "Benjamin")


@step
def failures() -> None:
    """Broken keys are IntegrityErrors, and the session goes on after a rollback."""
    with Session(engine) as session:
        for wrong in [
            Customer(email="ada@example.com"),
            Order(customer_id=1, day=date(2024, 1, 1), total=Decimal(-1)),
            Order(customer_id=99, day=date(2024, 1, 1), total=Decimal(1)),
        ]:
            session.add(wrong)
            try:
                session.commit()
                raise AssertionError("no error")
            except IntegrityError:
                session.rollback()
        equal(session.scalar(select(func.count()).select_from(Order)), 2)


@step
def bulk() -> None:
    """Many rows at once, with their keys."""
    with Session(engine) as session:
        rows = [{"email": f"user{i}@example.com"} for i in range(500)]
        ids = list(session.scalars(insert(Customer).returning(Customer.id), rows))
        equal(len(set(ids)), 500)
        session.rollback()


@step
def migrate() -> None:
    """Migrations as Alembic writes them."""
    with engine.begin() as connection:
        for sql in [
            "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, "
            "CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))",
            "ALTER TABLE customers ADD COLUMN phone VARCHAR(20)",
            "ALTER TABLE customers ADD COLUMN visits INTEGER DEFAULT '0' NOT NULL",
            "ALTER TABLE customers RENAME phone TO telephone",
            "CREATE INDEX ix_customers_telephone ON customers (telephone)",
            "ALTER TABLE customers ALTER COLUMN telephone TYPE TEXT",
            "INSERT INTO alembic_version (version_num) VALUES ('1a2b') RETURNING alembic_version.version_num",
            "UPDATE alembic_version SET version_num='3c4d' WHERE alembic_version.version_num = '1a2b'",
        ]:
            connection.execute(text(sql))
    columns = {column["name"]: column for column in inspect(engine).get_columns("customers")}
    equal((columns["telephone"]["nullable"], columns["visits"]["nullable"]), (True, False))
    with engine.begin() as connection:
        equal(connection.scalar(text("SELECT sum(visits) FROM customers")), 0)
        connection.execute(text("DROP INDEX ix_customers_telephone"))
        connection.execute(text("ALTER TABLE customers DROP COLUMN telephone"))


@step
def remove() -> None:
    """Rows and tables go away."""
    with Session(engine) as session:
        equal(session.execute(delete(Order).where(Order.id == 2)).rowcount, 1)
        session.delete(session.get(Order, 1))
        session.commit()
        equal(list(session.scalars(delete(Customer).where(~Customer.active).returning(Customer.email))), ["cleo@example.com"])
        session.commit()
    metadata = MetaData()
    metadata.reflect(engine)
    equal(sorted(metadata.tables), ["alembic_version", "customers", "orders"])
    metadata.drop_all(engine)
    equal(inspect(engine).get_table_names(), [])


run_steps()
