"""Invent who holds which plot: participants, contracts, projects; and what each plot needs.

Totals are those of public text: 82 projects for 120 bn tenge over sixteen zones, eleven of them past their start
date, eighteen approved by the council in 2024. Everything else, and every participant, is invented.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

import pandas as pd

from geozones.demonstration.ground import Chance
from geozones.demonstration.zone_plan import AS_OF, ZONES
from geozones.demonstration.zones import PlacedZone

TOTAL_INVESTMENT_KZT = 120_000_000_000
START_PASSED_HA = 2.1
"""Hectares wished for a plot whose start date passed."""


class Product(NamedTuple):
    """A product with its sector, hazard class, and needs a hectare: kW, m³/h of gas, m³/day of water."""

    sector: str
    name: str
    hazard_class: str
    power_kw: float
    gas_m3h: float
    water_m3d: float


PRODUCTS = (
    Product("строительные материалы", "цемент", "I", 310, 130, 30),
    Product("строительные материалы", "железобетонные изделия", "II", 190, 26, 24),
    Product("строительные материалы", "керамический кирпич", "II", 160, 95, 18),
    Product("строительные материалы", "бетон и бетонные изделия", "III", 140, 20, 26),
    Product("строительные материалы", "гипсовые изделия", "III", 120, 34, 10),
    Product("строительные материалы", "сухие строительные смеси", "III", 110, 16, 6),
    Product("строительные материалы", "обработка мрамора", "IV", 90, 4, 14),
    Product("готовые металлические изделия", "стальные конструкции", "II", 230, 18, 8),
    Product("готовые металлические изделия", "метизы", "III", 210, 12, 8),
    Product("готовые металлические изделия", "радиаторы отопления", "III", 220, 22, 9),
    Product("металлургия", "чугунное литьё, 15 тыс. т/год", "IV", 520, 60, 22),
    Product("металлургия", "литьё цветных металлов, 800 т/год", "III", 430, 48, 16),
    Product("машиностроение", "сельскохозяйственная техника без литья", "IV", 170, 14, 9),
    Product("машиностроение", "электрические трансформаторы", "IV", 190, 10, 7),
    Product("машиностроение", "детали сельскохозяйственных машин", "V", 130, 8, 6),
    Product("лёгкая промышленность", "хлопковая пряжа без крашения", "IV", 260, 18, 22),
    Product("лёгкая промышленность", "швейные изделия", "IV", 95, 6, 9),
    Product("лёгкая промышленность", "первичная обработка хлопка", "III", 210, 20, 10),
    Product("лёгкая промышленность", "обувь", "IV", 90, 5, 8),
    Product("мебель", "корпусная мебель с лакированием", "III", 100, 9, 6),
    Product("мебель", "сборка мебели без лакирования", "V", 70, 4, 5),
    Product("пищевая промышленность", "соки и консервы", "IV", 150, 28, 60),
    Product("пищевая промышленность", "растительное масло", "IV", 170, 30, 32),
    Product("пластмассы и бумага", "пластиковые трубы, экструзия", "IV", 280, 6, 10),
    Product("пластмассы и бумага", "бумага из вторсырья", "V", 240, 24, 45),
)  # fmt: skip


class Project(NamedTuple):
    """One invented project of a zone, before it has a plot."""

    number: int
    zone_id: str
    standing: str
    product: Product
    investment_kzt: int


def plan_projects(zones: tuple[PlacedZone, ...]) -> list[Project]:
    """Invent the projects of the zones; those of the sixteen zones of the plan share the total among them.

    A project of the sixteen is the same whether all of them are there or not.
    """
    letters = [(plan.zone_id, letter) for plan in ZONES for letter in plan.projects]
    weights = [Chance("weight", number).between(0.25, 1.0) ** 2 for number in range(len(letters))]
    millions = [max(80, round(TOTAL_INVESTMENT_KZT / 1e6 * weight / sum(weights))) for weight in weights]
    millions[weights.index(max(weights))] += TOTAL_INVESTMENT_KZT // 1_000_000 - sum(millions)
    there = {zone.plan.zone_id for zone in zones}
    projects = [
        Project(number, zone_id, standing, _product_of(number), amount * 1_000_000)
        for number, ((zone_id, standing), amount) in enumerate(zip(letters, millions, strict=True), start=1)
        if zone_id in there
    ]
    number = len(letters)
    for zone in zones[len(ZONES) :]:
        for standing in zone.plan.projects:
            number += 1
            amount = Chance("amount", number).whole(150, 2600) * 1_000_000
            projects.append(Project(number, zone.plan.zone_id, standing, _product_of(number), amount))
    return projects


def _product_of(number: int) -> Product:
    return Chance("product", number).one_of(PRODUCTS)


def participant_of(number: int) -> int:
    """Say which participant carries out a project: four of them have two projects each."""
    return {23: 17, 41: 5, 60: 32, 77: 48}.get(number, number)


def invent_holder_id(participant: int, *, individual: bool) -> str:
    """Make an id that has the form of a BIN or IIN, a right check digit, and a month 00.

    No such id can have been issued, since digits 3 and 4 are the month of registration or birth. The check digit
    is right on purpose: the demonstration comes in through the same door as real registers, which tests it.
    """
    year = 5 + participant % 19
    head = f"{year:02d}0001{3 if participant % 2 else 4}" if individual else f"{year:02d}0040"
    serial = participant
    while check_digit(body := f"{head}{serial:0{11 - len(head)}d}") > 9:
        serial += 1000
    return body + str(check_digit(body))


def check_digit(body: str) -> int:
    """Compute the twelfth digit of a BIN or IIN from the first eleven (10 where none exists)."""
    digits = [int(digit) for digit in body]
    first = sum(digit * weight for digit, weight in zip(digits, range(1, 12), strict=True)) % 11
    if first < 10:
        return first
    return (
        sum(digit * weight for digit, weight in zip(digits, (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2), strict=True)) % 11
    )


def choose_plots(
    zones: tuple[PlacedZone, ...], projects: list[Project]
) -> tuple[dict[str, Project], dict[str, Project]]:
    """Give every project a plot of its zone, and some running projects a neighbouring plot for a later stage.

    Returns
    -------
    Projects by the id of their plot; projects by the id of the plot that is reserved for them.
    """
    given: dict[str, Project] = {}
    kept: dict[str, Project] = {}
    for zone in zones:
        free = dict(zip(zone.plot_ids, zone.shapes.plots, strict=True))
        shapes = dict(free)
        chance = Chance("choice", zone.plan.zone_id)
        own = [project for project in projects if project.zone_id == zone.plan.zone_id]
        for project in own:
            plot_id = _pick_plot(project, free, zone, chance)
            given[plot_id] = project
            del free[plot_id]
        hosts = [plot_id for plot_id, project in given.items() if project in own and project.standing in "ob"]
        for host in chance.shuffled(hosts)[: zone.plan.reserved]:
            nearest = min(
                free, key=lambda plot_id: (round(shapes[host].centroid.distance(free[plot_id].centroid)), plot_id)
            )
            kept[nearest] = given[host]
            del free[nearest]
    return given, kept


def _pick_plot(project: Project, free: dict[str, Any], zone: PlacedZone, chance: Chance) -> str:
    """Projects stand near the gate; one past its start holds about the hectares wished."""
    if project.standing == "p":
        return min(
            free, key=lambda plot_id: (round(abs(free[plot_id].area / 10_000 - START_PASSED_HA), 3), plot_id)
        )
    spine = zone.shapes.spine
    by_distance = sorted(free, key=lambda plot_id: (round(spine.distance(free[plot_id].centroid)), plot_id))
    near_gate = by_distance[: max(6, len(by_distance) // 2)]
    wished = [chance.one_of(near_gate) for _ in range(3 if project.standing == "o" else 2)]
    return max(wished, key=lambda plot_id: (round(free[plot_id].area), plot_id))


def make_register(
    zones: tuple[PlacedZone, ...], given: dict[str, Project], kept: dict[str, Project]
) -> pd.DataFrame:
    """Give the opening table of the ledger, a row a plot that is not free, in the order of the plot ids."""
    registered = {zone.plan.zone_id: zone.plan.register_date for zone in zones}
    rows = {plot_id: _row(plot_id, project, registered[project.zone_id]) for plot_id, project in given.items()}
    for plot_id, project in kept.items():
        held = _holder(project)
        rows[plot_id] = {"plot_id": plot_id, **held, "reserved_for": held["participant"]}
    return pd.DataFrame([rows[plot_id] for plot_id in sorted(rows)], columns=COLUMNS)


COLUMNS = [
    "plot_id", "participant", "holder_id", "holder_kind", "contract_no", "contract_date", "start_due",
    "started_on", "commissioned_on", "council_decision", "council_date", "project", "sector", "product",
    "investment_kzt", "invested_kzt", "jobs_planned", "jobs_actual", "reserved_for",
]  # fmt: skip


def _holder(project: Project) -> dict[str, str]:
    number = participant_of(project.number)
    individual = number % 27 == 0
    return {
        "participant": f"Демо-участник {number:03d}",
        "holder_id": invent_holder_id(number, individual=individual),
        "holder_kind": "individual" if individual else "company",
    }


def _row(plot_id: str, project: Project, registered: dt.date) -> dict[str, Any]:
    chance = Chance("contract", project.number)
    council, contract = _approval(project, registered, chance)
    dates = _dates(project.standing, contract, chance)
    share = {"o": chance.between(0.86, 1.04), "b": chance.between(0.15, 0.6)}.get(project.standing)
    told = share is not None and chance.between(0, 1) > 0.15
    jobs = max(8, round(project.investment_kzt / 1e9 * chance.between(18, 55)))
    return {
        "plot_id": plot_id,
        **_holder(project),
        "contract_no": f"ИЗ-{project.number:03d}/{contract.year}",
        "contract_date": contract,
        **dates,
        "council_decision": f"РКС-{chance.whole(2, 24)}/{council.year}-{project.number:02d}",
        "council_date": council,
        "project": f"Проект {project.number:03d} (демо): {project.product.name}",
        "sector": project.product.sector,
        "product": project.product.name,
        "investment_kzt": project.investment_kzt,
        "invested_kzt": round(project.investment_kzt * share, -6) if told and share is not None else None,
        "jobs_planned": jobs,
        "jobs_actual": round(jobs * chance.between(0.6, 1.1)) if project.standing == "o" else None,
    }


def _approval(project: Project, registered: dt.date, chance: Chance) -> tuple[dt.date, dt.date]:
    """Dates of the council's decision and of the contract, both after the zone came into the register.

    Projects whose start is not due yet, and all of the new zones, were approved in 2024 (eighteen of them) or in
    January 2025.
    """
    new_zone = registered >= dt.date(2024, 4, 1)
    if new_zone and project.standing == "n" and project.zone_id in {"karamurt", "otyrar", "shardara-2"}:
        council = dt.date(2025, 1, chance.whole(9, 20))
        return council, council + dt.timedelta(days=chance.whole(7, 18))
    if new_zone or project.standing == "n":
        first, last = max(registered, dt.date(2024, 2, 12)), dt.date(2024, 11, 29)
    elif project.standing == "p":
        first, last = registered, dt.date(2023, 3, 31)
    else:
        first, last = registered, dt.date(2023, 6, 30) if registered.year < 2023 else dt.date(2023, 11, 30)
    days = (last - first).days
    council = first + dt.timedelta(days=chance.whole(10, max(11, days)))
    return council, council + dt.timedelta(days=chance.whole(8, 30))


def _dates(standing: str, contract: dt.date, chance: Chance) -> dict[str, dt.date | None]:
    """When the work was due, began and was done; only `p` is past its due date without a start."""
    due = contract + dt.timedelta(days=chance.whole(300, 540))
    started = contract + dt.timedelta(days=chance.whole(60, 240))
    done = min(
        started + dt.timedelta(days=chance.whole(300, 620)), AS_OF - dt.timedelta(days=chance.whole(20, 120))
    )
    if standing == "o":
        return {"start_due": due, "started_on": started, "commissioned_on": done}
    if standing == "b":
        return {"start_due": due, "started_on": min(started, AS_OF - dt.timedelta(days=12))}
    if standing == "p":
        return {"start_due": min(due, AS_OF - dt.timedelta(days=chance.whole(40, 400)))}
    return {"start_due": max(due, AS_OF + dt.timedelta(days=chance.whole(30, 330)))}


def invent_uses(
    zones: tuple[PlacedZone, ...], given: dict[str, Project], kept: dict[str, Project], hectares: dict[str, float]
) -> dict[str, dict[str, Any]]:
    """Invent class, needs and price of every plot: those of its project, else of a product that would suit it."""
    uses: dict[str, dict[str, Any]] = {}
    for zone in zones:
        price = 100_000 * Chance("price", zone.plan.zone_id).whole(9, 46)
        for plot_id in zone.plot_ids:
            chance = Chance("use", plot_id)
            project = given.get(plot_id) or kept.get(plot_id)
            product = project.product if project else chance.one_of(PRODUCTS)
            told = project is not None or chance.between(0, 1) > 0.12
            area = hectares[plot_id]
            uses[plot_id] = {
                "hazard_class": product.hazard_class if told else "III",
                "need_power_kw": float(round(product.power_kw * area, -1)) if told else None,
                "need_gas_m3h": float(round(product.gas_m3h * area)) if told else None,
                "need_water_m3d": float(round(product.water_m3d * area)) if told else None,
                "price_kzt": float(round(price * area, -4)) if project is None else None,
            }
    return uses
