"""GeoJSON files beside a form: features as rows of a list."""

from __future__ import annotations

import json
import math
from typing import Any

from cami_survey.base.texts import _
from cami_survey.engine.errors import refuse
from cami_survey.engine.lexical import FORBIDDEN
from cami_survey.engine.tree import ELEMENT, Node, element_name, make_element
from cami_survey.engine.xpath.static import StaticNode


def features_root(content: bytes, name: str) -> Node:
    """The `root` of `item` rows with each property and, where it has one, `geometry` in ODK's notation."""
    try:
        collection = json.loads(content)
        features = collection["features"] if collection["type"] == "FeatureCollection" else None
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise refuse(_("{name} is not a GeoJSON feature collection.").format(name=name), "form.media") from error
    if not isinstance(features, list):
        raise refuse(_("{name} is not a GeoJSON feature collection.").format(name=name), "form.media")
    root = StaticNode(ELEMENT, "root")
    for feature in features:
        _feature(root, feature, name)
    return root


def _feature(root: Node, feature: Any, name: str) -> None:
    properties = (feature.get("properties") or {}) if isinstance(feature, dict) else None
    if not isinstance(properties, dict) or feature.get("type") != "Feature":
        raise refuse(_("{name} holds something that is no feature.").format(name=name), "form.media")
    item = make_element("item", root)
    if feature.get("geometry") is not None:
        make_element("geometry", item, _geometry(feature["geometry"], name))
    if feature.get("id") is not None:
        properties = {"id": feature["id"], **{key: value for key, value in properties.items() if key != "id"}}
    for key, value in properties.items():
        if value is not None:
            # What no answer can hold is left out: nobody could choose the row.
            make_element(element_name(key), item, FORBIDDEN.sub("", _scalar(value)))


def _scalar(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


def _geometry(geometry: Any, name: str) -> str:
    try:
        kind, places = geometry.get("type"), geometry.get("coordinates") or []
        if kind == "Point":
            return _point(places)
        if kind == "LineString":
            return "; ".join(map(_point, places))
        if kind == "Polygon":
            return "; ".join(map(_point, places[0] if places else ()))
    except (AttributeError, TypeError, ValueError, LookupError, OverflowError) as error:
        raise refuse(_("{name} holds a broken geometry.").format(name=name), "form.media") from error
    raise refuse(_("{name} holds a geometry of type {kind}.").format(name=name, kind=kind), "form.media")


def _point(place: list[float]) -> str:
    """Latitude and longitude of a GeoJSON position; TypeError or ValueError for what is no number."""
    longitude, latitude = place[0], place[1]
    if not (math.isfinite(longitude) and math.isfinite(latitude)):
        raise ValueError(place)
    return f"{latitude} {longitude} 0 0"
