"""Write the tables of the demonstration as text: GeoJSON with a feature a line, and CSV. Touches no file."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import math
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely


def as_geojson(table: gpd.GeoDataFrame, *, name: str) -> str:
    """Write a lon/lat table as RFC 7946 GeoJSON, a feature a line; coordinates as they stand, already rounded."""
    columns = [column for column in table.columns if column != table.geometry.name]
    records = table[columns].astype(object).to_numpy()
    lines = []
    for record, shape in zip(records, table.geometry.array, strict=True):
        properties = {column: _plain(value) for column, value in zip(columns, record, strict=True)}
        feature = {"type": "Feature", "properties": properties, "geometry": shapely.geometry.mapping(shape)}
        lines.append(json.dumps(feature, ensure_ascii=False, separators=(",", ":")))
    head = f'{{"type":"FeatureCollection","name":{json.dumps(name)},"features":[\n'
    return head + ",\n".join(lines) + "\n]}\n"


def as_csv(table: pd.DataFrame) -> str:
    """Write a table as CSV with commas, a row a line; empty cells where nothing is known."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(table.columns)
    for record in table.astype(object).to_numpy():
        values = [_plain(value) for value in record]
        writer.writerow(["" if value is None else value for value in values])
    return text.getvalue()


def _plain(value: Any) -> Any:
    """Turn a cell into what JSON knows; whole numbers lose their point, missing values become None."""
    if value is None or value is pd.NaT or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, dt.date):
        return value.isoformat()[:10]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value
