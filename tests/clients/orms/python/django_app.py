"""A shop on Django's PostgreSQL backend."""

import sys
import tempfile
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import django
from django.conf import settings

from steps import address, equal, run_steps, step

at = address()
# The application's package, with its migrations, is made anew by each run.
home = tempfile.TemporaryDirectory()
(Path(home.name) / "shop").mkdir()
(Path(home.name) / "shop" / "__init__.py").touch()
sys.path.insert(0, home.name)
settings.configure(
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": at["database"],
            "USER": at["user"],
            "PASSWORD": at["password"],
            "HOST": at["host"],
            "PORT": at["port"],
            "OPTIONS": {"sslmode": "require"},
        }
    },
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "django.contrib.postgres", "shop"],
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    USE_TZ=True,
)
django.setup()

from django.contrib.auth.models import User  # noqa: E402
from django.contrib.postgres.fields import ArrayField  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.core.paginator import Paginator  # noqa: E402
from django.db import IntegrityError, connection, migrations, models, transaction  # noqa: E402
from django.db.models import Avg, Count, F, Q, Sum, Window  # noqa: E402
from django.db.models.functions import Rank, TruncMonth, Upper  # noqa: E402


class Author(models.Model):
    name = models.CharField(max_length=100)
    email = models.EmailField(unique=True)
    joined = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label = "shop"
        ordering = ["name"]


class Tag(models.Model):
    label = models.CharField(max_length=30, unique=True)

    class Meta:
        app_label = "shop"


class Book(models.Model):
    title = models.CharField(max_length=200)
    author = models.ForeignKey(Author, on_delete=models.CASCADE, related_name="books")
    tags = models.ManyToManyField(Tag)
    price = models.DecimalField(max_digits=8, decimal_places=2)
    published = models.DateField(null=True, db_index=True)
    data = models.JSONField(default=dict)
    formats = ArrayField(models.CharField(max_length=10), default=list)
    length = models.DurationField(null=True)
    sold = models.PositiveIntegerField(default=0)

    class Meta:
        app_label = "shop"
        constraints = [models.CheckConstraint(condition=Q(price__gte=0), name="price_not_negative")]
        indexes = [models.Index(fields=["author", "published"], name="book_author_published")]


@step
def migrate() -> None:
    """Migrations are made and run, those of Django's own applications among them."""
    call_command("makemigrations", "shop", verbosity=0)
    call_command("migrate", verbosity=0)
    tables = connection.introspection.table_names()
    equal({"auth_user", "django_migrations", "shop_author", "shop_book", "shop_book_tags"} <= set(tables), True)


@step
def again() -> None:
    """There is nothing more to migrate."""
    call_command("migrate", check_unapplied=True, verbosity=0)


@step
def reflect() -> None:
    """The schema is introspected."""
    with connection.cursor() as cursor:
        description = connection.introspection.get_table_description(cursor, "shop_book")
        names = [column.name for column in description]
        equal(names[:3], ["id", "title", "price"])
        known = connection.introspection.data_types_reverse
        types = {
            column.name: connection.introspection.get_field_type(column.type_code, column)
            for column in description
            if column.type_code in known
        }
        equal(types["data"], "JSONField")
        equal(types["price"], "DecimalField")
        constraints = connection.introspection.get_constraints(cursor, "shop_book")
        equal("book_author_published" in constraints, True)
        equal(connection.introspection.get_primary_key_column(cursor, "shop_book"), "id")
        equal("author_id" in connection.introspection.get_relations(cursor, "shop_book"), True)


@step
def create() -> None:
    """Objects are created, one by one and in bulk."""
    ada = Author.objects.create(name="Ada", email="ada@example.com")
    ben = Author.objects.create(name="Ben", email="ben@example.com")
    equal([ada.pk, ben.pk], [1, 2])
    books = Book.objects.bulk_create(
        [
            Book(
                title=f"Book {n}",
                author=[ada, ben][n % 2],
                price=Decimal(n) + Decimal("0.50"),
                published=date(2024, 1 + n % 3, n + 1),
                data={"n": n, "shelf": {"row": n % 2}},
                formats=["pdf", "epub"][: 1 + n % 2],
                length=timedelta(minutes=n),
            )
            for n in range(10)
        ]
    )
    equal(len({book.pk for book in books}), 10)
    tag = Tag.objects.create(label="new")
    books[0].tags.add(tag, Tag.objects.create(label="old"))
    books[1].tags.set([tag])
    equal(User.objects.create_user("cleo", password="secret").check_password("secret"), True)


@step
def query() -> None:
    """Objects are found, with their relations."""
    book = Book.objects.select_related("author").get(title="Book 3")
    equal((book.author.name, book.price, book.data, book.formats), ("Ben", Decimal("3.50"), {"n": 3, "shelf": {"row": 1}}, ["pdf", "epub"]))
    equal(book.length, timedelta(minutes=3))
    equal(Book.objects.filter(title__icontains="BOOK", price__range=(2, 5)).count(), 3)
    equal(Book.objects.filter(published__year=2024, published__month=1).count(), 4)
    equal(list(Book.objects.filter(tags__label="new").order_by("title").values_list("title", flat=True)), ["Book 0", "Book 1"])
    authors = Author.objects.prefetch_related("books")
    equal([len(author.books.all()) for author in authors], [5, 5])
    equal(Book.objects.exclude(author__email__startswith="ada").filter(Q(sold=0) | Q(sold__isnull=True)).count(), 5)
    equal(Book.objects.filter(title__regex=r"[12]$").count(), 2)
    equal(Author.objects.filter(joined__lte=datetime.now(timezone.utc) + timedelta(hours=1)).exists(), True)


@step
def documents() -> None:
    """JSON and arrays are queried."""
    equal(Book.objects.get(data__n=4).title, "Book 4")
    equal(Book.objects.filter(data__shelf__row=1).count(), 5)
    equal(Book.objects.filter(data__contains={"n": 2}).count(), 1)
    equal(Book.objects.filter(data__has_key="shelf").count(), 10)
    equal(Book.objects.filter(data__n__gt=7).count(), 2)
    equal(Book.objects.filter(formats__contains=["epub"]).count(), 5)
    equal(Book.objects.filter(formats__len=1).count(), 5)
    equal(Book.objects.filter(formats__overlap=["pdf"]).count(), 10)


@step
def upsert() -> None:
    """Rows that are there are changed."""
    author, made = Author.objects.update_or_create(email="ada@example.com", defaults={"name": "Ada L."})
    equal((author.pk, made), (1, False))
    Tag.objects.bulk_create([Tag(label="new"), Tag(label="rare")], ignore_conflicts=True)
    equal(Tag.objects.count(), 3)
    Author.objects.bulk_create(
        [Author(email="ben@example.com", name="Benjamin"), Author(email="dan@example.com", name="Dan")],
        update_conflicts=True,
        unique_fields=["email"],
        update_fields=["name"],
    )
    equal(sorted(Author.objects.values_list("name", flat=True)), ["Ada L.", "Benjamin", "Dan"])
    equal(Author.objects.get_or_create(email="dan@example.com")[1], False)


@step
def paginate() -> None:
    """Pages."""
    pages = Paginator(Book.objects.order_by("-price"), 4)
    equal((pages.count, pages.num_pages), (10, 3))
    equal([book.title for book in pages.page(3)], ["Book 1", "Book 0"])


@step
def aggregate() -> None:
    """Totals, groups and windows."""
    equal(Book.objects.aggregate(total=Sum("price"), mean=Avg("price")), {"total": Decimal("50.00"), "mean": Decimal("5")})
    grouped = Author.objects.annotate(n=Count("books"), total=Sum("books__price")).order_by("pk")
    equal([(author.n, author.total) for author in grouped], [(5, Decimal("22.50")), (5, Decimal("27.50")), (0, None)])
    months = Book.objects.annotate(month=TruncMonth("published")).values("month").annotate(n=Count("id")).order_by("month")
    equal([(row["month"], row["n"]) for row in months], [(date(2024, 1, 1), 4), (date(2024, 2, 1), 3), (date(2024, 3, 1), 3)])
    ranked = Book.objects.annotate(rank=Window(Rank(), partition_by="author", order_by=F("price").desc())).order_by("pk")
    equal([book.rank for book in ranked][:4], [5, 5, 4, 4])
    equal(list(Tag.objects.annotate(up=Upper("label")).order_by("label").values_list("up", flat=True)), ["NEW", "OLD", "RARE"])


@step
def change() -> None:
    """Updates, with expressions and under a lock."""
    equal(Book.objects.filter(pk__lte=3).update(sold=F("sold") + 2), 3)
    with transaction.atomic():
        book = Book.objects.select_for_update().get(pk=1)
        book.data["n"] = "changed"
        book.save()
    equal(Book.objects.get(pk=1).data["n"], "changed")
    equal(Book.objects.aggregate(total=Sum("sold"))["total"], 6)


@step
def failures() -> None:
    """Broken constraints are IntegrityErrors, and savepoints keep the transaction."""
    with transaction.atomic():
        for wrong in [
            lambda: Author.objects.create(name="x", email="ada@example.com"),
            lambda: Book.objects.filter(pk=1).update(price=-1),
        ]:
            try:
                with transaction.atomic():
                    wrong()
                raise AssertionError("no error")
            except IntegrityError:
                pass
        Tag.objects.create(label="kept")
        with transaction.atomic():
            Tag.objects.create(label="kept, too")
    equal(Tag.objects.filter(label__startswith="kept").count(), 2)


@step
def alter() -> None:
    """Later migrations: a column added, renamed and changed, an index, a table renamed."""
    with connection.schema_editor() as editor:
        state = migrations.state.ProjectState.from_apps(django.apps.apps)
        for operation in [
            migrations.AddField("book", "isbn", models.CharField(max_length=13, default="", db_index=True)),
            migrations.RenameField("book", "isbn", "code"),
            migrations.AlterField("book", "code", models.CharField(max_length=20, null=True)),
            migrations.AlterField("book", "sold", models.BigIntegerField(default=0)),
            migrations.AddIndex("book", models.Index(fields=["code"], name="book_code")),
            migrations.RemoveIndex("book", "book_code"),
            migrations.RemoveField("book", "code"),
            migrations.RenameModel("Tag", "Label"),
        ]:
            before = state.clone()
            operation.state_forwards("shop", state)
            operation.database_forwards("shop", editor, before, state)
    tables = connection.introspection.table_names()
    equal(("shop_label" in tables, "shop_tag" in tables), (True, False))
    with connection.schema_editor() as editor:
        operation = migrations.RenameModel("Label", "Tag")
        before = state.clone()
        operation.state_forwards("shop", state)
        operation.database_forwards("shop", editor, before, state)


@step
def remove() -> None:
    """Objects go away with what belongs to them."""
    equal(Author.objects.get(pk=2).delete()[1]["shop.Book"], 5)
    equal(Book.objects.count(), 5)
    equal(Book.objects.filter(pk__in=[1, 3]).delete()[0] >= 2, True)
    call_command("flush", interactive=False, verbosity=0)
    equal(Author.objects.count(), 0)
    equal(Author.objects.create(name="x", email="x@example.com").pk, 1)


run_steps()
