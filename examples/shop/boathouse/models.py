"""What the shop keeps: products and their SKUs, people, carts, orders, and who wants the newsletter."""

from __future__ import annotations

import secrets
from datetime import UTC, date, datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

CURRENCY = "EUR"
SHIPPING = 490
SHIPS_FREE_FROM = 10_000


def now() -> datetime:
    """The time in UTC, to the second and without its zone, as SQLite keeps it."""
    return datetime.now(UTC).replace(tzinfo=None, microsecond=0)


def euros(cents: int) -> Decimal:
    """Money is kept in whole cents, because SQLite has no decimals, and shown with two places."""
    return Decimal(cents).scaleb(-2)


class Base(DeclarativeBase):
    """All tables."""


class Category(Base):
    """A shelf of the shop."""

    __tablename__ = "category"
    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    blurb: Mapped[str] = mapped_column(String(300))
    products: Mapped[list[Product]] = relationship(back_populates="category", order_by="Product.position")


class Product(Base):
    """One thing for sale, in one or several SKUs of the same price."""

    __tablename__ = "product"
    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(120))
    brand: Mapped[str] = mapped_column(String(80))
    description: Mapped[str] = mapped_column(String(2000))
    drawing: Mapped[str] = mapped_column(String(40))
    price_cents: Mapped[int]
    list_price_cents: Mapped[int | None]
    rating: Mapped[str] = mapped_column(String(3))
    review_count: Mapped[int]
    published: Mapped[date]
    featured: Mapped[bool] = mapped_column(default=False)
    category_id: Mapped[int] = mapped_column(ForeignKey("category.id"))
    category: Mapped[Category] = relationship(back_populates="products")
    skus: Mapped[list[Sku]] = relationship(back_populates="product", order_by="Sku.position")

    @property
    def price(self) -> Decimal:
        """What is paid for one, tax included."""
        return euros(self.price_cents)

    @property
    def list_price(self) -> Decimal | None:
        """What it cost before, where it costs less now."""
        return None if self.list_price_cents is None else euros(self.list_price_cents)

    @property
    def sku(self) -> Sku:
        """The one that is shown: the first that is there, or the first."""
        return next((sku for sku in self.skus if sku.stock), self.skus[0])

    @property
    def in_stock(self) -> bool:
        """Whether any of it can be bought."""
        return any(sku.stock for sku in self.skus)


class Sku(Base):
    """A product in one colour or finish."""

    __tablename__ = "sku"
    id: Mapped[str] = mapped_column(String(60), primary_key=True)
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(60))
    colour: Mapped[str] = mapped_column(String(7))
    stock: Mapped[int]
    product_id: Mapped[str] = mapped_column(ForeignKey("product.id"))
    product: Mapped[Product] = relationship(back_populates="skus")

    @property
    def full_name(self) -> str:
        """As a line of a cart calls it."""
        return f"{self.product.name}, {self.name.lower()}"


class User(Base):
    """Somebody with an account."""

    __tablename__ = "user"
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    first_name: Mapped[str] = mapped_column(String(80))
    last_name: Mapped[str] = mapped_column(String(80))
    password_hash: Mapped[str] = mapped_column(String(300))
    # Unknown until somebody was asked and answered.
    marketing_permission: Mapped[bool | None]
    orders: Mapped[list[Order]] = relationship(back_populates="user", order_by="Order.id.desc()")

    # What Flask-Login asks of a user.
    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        """Under which the session keeps them."""
        return str(self.id)


class Subscriber(Base):
    """An address that has asked for the newsletter, and when it did."""

    __tablename__ = "subscriber"
    email: Mapped[str] = mapped_column(String(254), primary_key=True)
    consented_at: Mapped[datetime] = mapped_column(default=now)


class Cart(Base):
    """What somebody means to buy: a user's, or, under a token in the session, a guest's."""

    __tablename__ = "cart"
    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(String(43), unique=True, default=lambda: secrets.token_urlsafe(32))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), unique=True)
    lines: Mapped[list[CartLine]] = relationship(
        back_populates="cart", order_by="CartLine.id", cascade="all, delete-orphan"
    )

    @property
    def count(self) -> int:
        """How many things are in it."""
        return sum(line.quantity for line in self.lines)

    @property
    def goods_cents(self) -> int:
        """What the things in it cost."""
        return sum(line.quantity * line.sku.product.price_cents for line in self.lines)

    @property
    def shipping_cents(self) -> int:
        """What it costs to send them."""
        return SHIPPING if 0 < self.goods_cents < SHIPS_FREE_FROM else 0


class CartLine(Base):
    """So many of one SKU."""

    __tablename__ = "cart_line"
    __table_args__ = (UniqueConstraint("cart_id", "sku_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    quantity: Mapped[int]
    cart_id: Mapped[int] = mapped_column(ForeignKey("cart.id"))
    cart: Mapped[Cart] = relationship(back_populates="lines")
    sku_id: Mapped[str] = mapped_column(ForeignKey("sku.id"))
    sku: Mapped[Sku] = relationship()


class Order(Base):
    """What was bought, by whom, at the prices of that day."""

    __tablename__ = "order"
    id: Mapped[int] = mapped_column(primary_key=True)
    created_at: Mapped[datetime] = mapped_column(default=now)
    status: Mapped[str] = mapped_column(String(20), default="received")
    email: Mapped[str] = mapped_column(String(254))
    first_name: Mapped[str] = mapped_column(String(80))
    last_name: Mapped[str] = mapped_column(String(80))
    address: Mapped[str] = mapped_column(String(300))
    marketing_permission: Mapped[bool | None]
    shipping_cents: Mapped[int]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    user: Mapped[User | None] = relationship(back_populates="orders")
    lines: Mapped[list[OrderLine]] = relationship(order_by="OrderLine.id", cascade="all, delete-orphan")

    @property
    def number(self) -> str:
        """As letters and Nosto call it."""
        return f"B{10_000 + self.id}"

    @property
    def total_cents(self) -> int:
        """What is to be paid."""
        return self.shipping_cents + sum(line.quantity * line.unit_price_cents for line in self.lines)


class OrderLine(Base):
    """So many of one SKU, under the name and at the price that it was bought for."""

    __tablename__ = "order_line"
    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"))
    product_id: Mapped[str] = mapped_column(String(40))
    sku_id: Mapped[str] = mapped_column(ForeignKey("sku.id"))
    name: Mapped[str] = mapped_column(String(200))
    quantity: Mapped[int]
    unit_price_cents: Mapped[int]
    sku: Mapped[Sku] = relationship()
