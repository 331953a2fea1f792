"""Any schema, any instance: into the form and out again; and nothing the library refuses."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis_jsonschema import from_schema
from jsonschema import Draft202012Validator

from hitl_tui.model.question import NESTED, Field, FieldKind
from hitl_tui.questions.form import same
from hitl_tui.questions.formats import formats
from hitl_tui.questions.read import recall
from hitl_tui.tui.widgets.answer_assess import Assessment, assess
from hitl_tui.tui.widgets.answer_defaults import initial, started
from hitl_tui.tui.widgets.answer_values import to_json, value_of
from hitl_tui.tui.widgets.typed import Pick, Type, Typed
from tests.tui.answering import asks

PATIENT = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
SCALARS: list[dict[str, Any]] = [
    {"type": "string"},
    {"type": "string", "minLength": 2, "maxLength": 5, "description": "Two to five"},
    {"type": "string", "maxLength": 900},
    {"type": "string", "pattern": "^[a-c]+$"},
    *({"type": "string", "format": name} for name in ("date", "date-time", "email", "uuid")),
    {"type": "integer", "minimum": 0, "exclusiveMaximum": 50, "multipleOf": 5},
    {"type": "integer", "default": 3, "examples": [1, 2]},
    {"type": "number", "minimum": -2.5},
    {"type": "boolean"},
    {"type": "null"},
    {"const": "only"},
    {"enum": ["a", 1, None, True, 2.5]},
    {"type": ["string", "null"]},
    {"type": ["integer", "string"]},
    {"anyOf": [{"type": "boolean"}, {"type": "null"}]},
    {"anyOf": [{"type": "integer", "minimum": 7}, {"type": "null"}], "default": None},
    {"$ref": "#/$defs/short"},
    {"allOf": [{"type": "integer"}, {"minimum": 1}]},
    {"type": "array", "items": {"enum": ["x", "y"]}, "uniqueItems": True},
    {"type": "array", "items": {"enum": ["x", "y"]}, "maxItems": 3},
    {},
]
FORMATS = {"uuid": st.uuids().map(str)}
DEFS = {"short": {"type": "string", "maxLength": 3}, "point": {"type": "integer"}}
NAMES = st.sampled_from(["a", "b", "a.b", "kind", "value", "name", ""])


def an_object(parts: dict[str, Any], required: int) -> dict[str, Any]:
    must = list(parts)[:required]
    closed = {"type": "object", "additionalProperties": False}
    return {**closed, "properties": parts, "required": must}


def a_list(items: Any, least: int) -> dict[str, Any]:
    return {"type": "array", "items": items, "minItems": least, "maxItems": 3}


def entries(value: Any) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": value, "maxProperties": 2}


def marked(options: list[dict[str, Any]]) -> dict[str, Any]:
    """Alternatives that a constant tells apart."""
    told = []
    for number, option in enumerate(options):
        mark = {"const": f"k{number}"}
        properties = {**option["properties"], "kind": mark}
        required = sorted({*option["required"], "kind"})
        told.append({**option, "properties": properties, "required": required})
    return {"oneOf": told, "discriminator": {"propertyName": "kind"}}


def grown(inner: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    objects = st.builds(
        an_object, st.dictionaries(NAMES, inner, min_size=1, max_size=3), st.integers(0, 3)
    )
    return st.one_of(
        objects,
        st.builds(a_list, inner, st.integers(0, 2)),
        inner.map(entries),
        st.lists(objects, min_size=2, max_size=3).map(marked),
        objects.map(lambda schema: {"anyOf": [schema, {"type": "null"}]}),
    )


schemas = st.recursive(st.sampled_from(SCALARS), grown, max_leaves=6).map(
    lambda schema: {**schema, "$defs": DEFS}
)


def accepts(schema: dict[str, Any], value: Any) -> bool:
    """What the library says, asked apart from everything of ours."""
    return Draft202012Validator(schema, format_checker=formats(schema)).is_valid(value)


def filled(schema: dict[str, Any], instance: Any) -> tuple[Any, tuple[Pick, ...]]:
    """The question of a schema, and its form as it stands with the instance in it."""
    question = asks("?", schema)
    choices = recall(question, instance)
    assert choices is not None
    pairs = zip(question.actions, choices, strict=True)
    return question, tuple(started(action.decisions, choice) for action, choice in pairs)


@given(st.data(), schemas)
@PATIENT
def test_an_instance_is_shown_by_the_form_and_comes_out_the_same(data, schema):
    instance = data.draw(from_schema(schema, custom_formats=FORMATS))
    question, picks = filled(schema, instance)
    made = assess(question, picks)
    assert made.faults == ()
    assert same(made.value, instance)
    assert same(json.loads(made.json), instance)
    assert accepts(schema, made.value)


texts = st.sampled_from(["", "5", "-1", "2.5", "abc", "true", "[]", '{"a": 1}', "x" * 9, "null"])
states = st.builds(
    Typed,
    text=texts,
    picked=st.sampled_from([(), (0,), (1,)]),
    empty=st.booleans(),
    null=st.booleans(),
    type=st.sampled_from([None, *Type]),
)


def spoilt(field: Field, old: Typed, new: Typed) -> Typed:
    """Another state of the field's input, of those that its widgets can have."""
    if field.kind in NESTED or old.raw or old.kept:
        empty = new.empty and field.kind is not FieldKind.PART
        return replace(old, empty=empty, null=new.null and field.nullable)
    count = len(field.choices) or 2
    picked = tuple(index for index in new.picked if index < count)
    escaped = old.escaped and new.text == old.text
    return replace(new, picked=picked, null=new.null and field.nullable, escaped=escaped)


def walked(question: Any, picks: tuple[Pick, ...], new: Typed) -> Iterator[tuple[Pick, ...]]:
    """The form with each of its outer fields typed otherwise in turn."""
    for at, pick in enumerate(picks):
        decision = question.actions[at].decisions[pick.decision]
        for field in decision.fields:
            typed = {**pick.typed, field.name: spoilt(field, pick.typed[field.name], new)}
            changed = replace(pick, drafts={pick.decision: typed})
            yield (*picks[:at], changed, *picks[at + 1 :])


@given(st.data(), schemas, states)
@PATIENT
def test_what_the_form_accepts_the_library_accepts(data, schema, new):
    question, picks = filled(schema, data.draw(from_schema(schema, custom_formats=FORMATS)))
    for changed in walked(question, picks, new):
        made: Assessment = assess(question, changed)
        if not made.faults:
            assert accepts(schema, made.value)


TREE: dict[str, Any] = {
    "$ref": "#/$defs/node",
    "$defs": {
        "node": {
            "type": "object",
            "properties": {
                "name": {"type": "string"},
                "children": {"type": "array", "items": {"$ref": "#/$defs/node"}},
                "next": {"anyOf": [{"$ref": "#/$defs/node"}, {"type": "null"}]},
            },
            "required": ["name"],
            "additionalProperties": False,
        }
    },
}
trees = st.recursive(
    st.fixed_dictionaries({"name": st.text(max_size=3)}),
    lambda inner: st.fixed_dictionaries(
        {"name": st.text(max_size=3)},
        optional={"children": st.lists(inner, max_size=3), "next": inner | st.none()},
    ),
    max_leaves=12,
)


@given(trees)
@PATIENT
def test_a_schema_that_contains_itself_holds_trees(tree):
    question, picks = filled(TREE, tree)
    made = assess(question, picks)
    assert (made.faults, made.value) == ((), tree)


DEFAULTS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner),
    max_leaves=8,
)


@given(st.sampled_from([*SCALARS, TREE, a_list({"type": "integer"}, 0)]), DEFAULTS)
@PATIENT
def test_a_default_of_the_wrong_type_is_shown_and_never_changed(schema, default):
    (found,) = asks("?", {"properties": {"x": schema}, "$defs": TREE["$defs"] | DEFS}).actions
    for made in found.decisions[0].fields:
        typed = initial(replace(made, default=default))
        infinite = default in (float("inf"), float("-inf"))
        if not infinite and "Infinity" not in to_json(default):
            assert to_json(value_of(made, typed)) == to_json(default)


@pytest.mark.parametrize("count", [3, 5000])
def test_a_list_too_long_for_inputs_of_its_own_is_typed_as_json(count):
    (found,) = asks("?", {"properties": {"x": a_list({"type": "integer"}, 0)}}).actions
    (made,) = found.decisions[0].fields
    assert made.kind is FieldKind.LIST
    typed = initial(replace(made, default=list(range(count))))
    assert typed.raw is (count == 5000)
    assert value_of(made, typed) == list(range(count))
