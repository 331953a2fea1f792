"""JSON Schema to typed fields, and the way there and back."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from hitl_tui.model.question import MISSING, Choice, Field, FieldKind
from hitl_tui.questions.form import same
from hitl_tui.questions.schema import form_of, form_of_call
from hitl_tui.questions.ways import ways_of


def field(schema: Any) -> Field:
    """The one field of a property with this schema."""
    (made,) = form_of({"properties": {"x": schema}, "required": ["x"]}, {}).fields
    return made


KINDS = [
    ({"type": "string"}, FieldKind.TEXT),
    ({"type": "string", "maxLength": 2000}, FieldKind.LINES),
    ({"type": "string", "format": "date"}, FieldKind.TEXT),
    ({"type": "string", "format": "markdown"}, FieldKind.LINES),
    ({"type": "string", "default": "a\nb"}, FieldKind.LINES),
    ({"type": "integer"}, FieldKind.INTEGER),
    ({"type": "number"}, FieldKind.NUMBER),
    ({"type": "boolean"}, FieldKind.BOOLEAN),
    ({"enum": ["a", 1]}, FieldKind.CHOICE),
    ({"anyOf": [{"const": "a"}, {"const": "b"}]}, FieldKind.CHOICE),
    ({"type": "array", "items": {"enum": ["a"]}}, FieldKind.CHOICES),
    ({"type": "array", "items": {"type": "string"}}, FieldKind.LIST),
    ({"type": "array", "items": {"type": "object"}}, FieldKind.LIST),
    ({"type": "array", "items": {"anyOf": [{"type": "object"}, {}]}}, FieldKind.LIST),
    ({"type": "array"}, FieldKind.JSON),
    ({"type": "array", "prefixItems": [{"type": "string"}]}, FieldKind.JSON),
    ({"type": "object"}, FieldKind.JSON),
    ({"type": "object", "additionalProperties": {"type": "integer"}}, FieldKind.ENTRIES),
    ({"type": "object", "additionalProperties": True}, FieldKind.JSON),
    ({"oneOf": [{"properties": {"a": {}}}, {"type": "string"}]}, FieldKind.PART),
    ({"anyOf": [{"type": "array", "items": {}}, {"type": "integer"}]}, FieldKind.PART),
    ({"anyOf": [{"properties": {"a": {}}}, {"type": "null"}]}, FieldKind.PART),
    ({"anyOf": [{"type": "integer"}, {"type": "null"}]}, FieldKind.INTEGER),
    ({"type": ["number", "null"]}, FieldKind.NUMBER),
    ({"type": ["number", "string"]}, FieldKind.ANY),
    ({}, FieldKind.ANY),
    (True, FieldKind.ANY),
    ({"allOf": [{"type": "integer"}, {"minimum": 0}]}, FieldKind.INTEGER),
    ({"type": "nonsense"}, FieldKind.JSON),
]


@pytest.mark.parametrize(("schema", "kind"), KINDS)
def test_a_part_gets_the_field_that_fits(schema, kind):
    assert field(schema).kind is kind


def test_a_fields_words_come_from_its_schema():
    made = field({"type": "number", "title": "Sum", "description": "In euro", "maximum": 5})
    assert (made.label, made.help) == ("Sum", "In euro · at most 5")


def test_what_can_be_null_may_stay_empty_and_sends_null_where_it_is_required():
    form = form_of({"properties": {"x": {"type": ["string", "null"]}}, "required": ["x"]}, {})
    assert not form.fields[0].required
    assert form.assemble({}) == {"x": None}
    assert form.assemble({"x": ""}) == {"x": ""}


def test_nested_objects_are_unfolded_and_a_constant_needs_no_field():
    inner = {"properties": {"b": {"const": 1}, "c": {"type": "string"}}, "required": ["b", "c"]}
    form = form_of({"properties": {"a": inner}, "required": ["a"]}, {})
    assert [made.name for made in form.fields] == ["a.c"]
    assert form.assemble({"a.c": "x"}) == {"a": {"b": 1, "c": "x"}}


def test_names_with_dots_do_not_collide():
    inner = {"properties": {"b": {"type": "string"}}}
    schema = {"properties": {"a": inner, "a.b": {"type": "string"}}, "required": ["a"]}
    form = form_of(schema, {})
    first, second = (made.name for made in form.fields)
    assert first != second
    assert form.assemble({first: "x", second: "y"}) == {"a": {"b": "x"}, "a.b": "y"}


def test_an_inner_object_that_may_be_left_out_is_a_part_of_its_own():
    inner = {"properties": {"b": {"type": "integer"}}, "required": ["b"]}
    (made,) = form_of({"properties": {"a": inner}}, {}).fields
    assert (made.name, made.kind, made.required) == ("a", FieldKind.PART, False)
    (way,) = made.nest.ways()
    assert [each.name for each in way.fields] == ["b"]
    assert made.nest.make(Choice(way.name, {"b": 1})) == {"b": 1}
    assert made.nest.recall({"b": 1}) == Choice(way.name, {"b": 1})
    assert made.nest.recall({"b": "x"}) is None


def test_a_list_of_what_can_be_of_several_kinds_asks_for_each_items_kind():
    cat = {"properties": {"kind": {"const": "cat"}, "lives": {"type": "integer"}}}
    dog = {"properties": {"kind": {"const": "dog"}}}
    made = field({"type": "array", "items": {"oneOf": [cat, dog]}})
    assert [(way.name, way.key) for way in made.nest.ways()] == [("cat", "c"), ("dog", "d")]
    assert made.nest.recall({"kind": "cat", "lives": 9}) == Choice("cat", {"lives": 9})


def test_what_may_be_null_can_be_said_to_be():
    assert field({"type": ["integer", "null"]}).nullable
    assert field({"anyOf": [{"enum": ["a"]}, {"type": "null"}]}).choices == ("a", None)
    assert not field({"type": "integer"}).nullable


def test_references_are_followed_and_circles_end_in_parts():
    root: dict[str, Any] = {
        "$defs": {
            "tree": {
                "properties": {"name": {"type": "string"}, "next": {"$ref": "#/$defs/tree"}},
                "required": ["name", "next"],
            }
        },
        "$ref": "#/$defs/tree",
    }
    kinds = [(made.name, made.kind) for made in form_of(root, root).fields]
    assert kinds[:2] == [("name", FieldKind.TEXT), ("next.name", FieldKind.TEXT)]
    assert kinds[-1] == ("next.next.next.next", FieldKind.PART)
    circle = {"$ref": "#"}
    assert form_of(circle, circle).fields[0].kind is FieldKind.ANY


def test_alternatives_are_named_by_what_tells_them_apart():
    schema = {
        "anyOf": [
            {"title": "Cat", "properties": {"kind": {"const": "cat"}, "n": {"type": "integer"}}},
            {"title": "Dog", "properties": {"kind": {"const": "dog"}}},
            {"type": "null"},
        ]
    }
    ways = ways_of(schema, schema)
    assert [way.name for way in ways] == ["cat", "dog", "nothing"]
    assert [way.form.base for way in ways] == [{"kind": "cat"}, {"kind": "dog"}, None]


def test_a_constant_that_a_sole_object_may_leave_out_is_a_field():
    cat = {"type": "object", "properties": {"a": {"const": "only"}}, "additionalProperties": False}
    first, nothing = ways_of({"anyOf": [cat, {"type": "null"}]}, {})
    assert (first.name, nothing.name) == ("object", "nothing")
    assert [slot.field.required for slot in first.form.slots] == [False]


def test_alternatives_that_nothing_tells_apart_are_numbered():
    schema = {"oneOf": [{"properties": {"a": {}}}, {"properties": {"b": {}}}]}
    assert [way.name for way in ways_of(schema, schema)] == ["other", "other 2"]


def test_a_call_is_edited_by_its_schema_and_what_it_does_not_declare_stays():
    schema = {"properties": {"n": {"type": "integer"}, "on": {"type": "boolean"}}}
    form = form_of_call({"n": 3, "extra": {"a": 1}}, schema)
    assert [(made.name, made.kind, made.default) for made in form.fields] == [
        ("n", FieldKind.INTEGER, 3),
        ("on", FieldKind.BOOLEAN, MISSING),
        ("extra", FieldKind.JSON, {"a": 1}),
    ]


NAMED = {"type": "object", "properties": {"z": {"type": "integer"}}, "required": ["z"]}
LEAVES: list[tuple[Any, st.SearchStrategy[Any]]] = [
    ({"type": "string"}, st.text(max_size=4)),
    ({"type": "string", "minLength": 2}, st.text(min_size=2, max_size=4)),
    ({"type": "integer", "minimum": 0}, st.integers(0)),
    ({"type": "number"}, st.integers() | st.floats(allow_nan=False)),
    ({"type": "boolean"}, st.booleans()),
    ({"enum": ["a", 1, None]}, st.sampled_from(["a", 1, None])),
    ({"const": 3}, st.just(3)),
    ({"type": "null"}, st.none()),
    ({"type": ["string", "null"]}, st.none() | st.text(max_size=3)),
    ({"anyOf": [{"type": "integer"}, {"type": "null"}]}, st.none() | st.integers()),
    ({"anyOf": [{"type": "integer"}, {"type": "string"}]}, st.integers() | st.text(max_size=3)),
    ({"type": "array", "items": {"enum": ["x", "y"]}}, st.lists(st.sampled_from("xy"))),
    ({"type": "array", "items": {"type": "integer"}}, st.lists(st.integers(), max_size=2)),
    ({"$ref": "#/$defs/named"}, st.fixed_dictionaries({"z": st.integers()})),
    ({}, st.sampled_from([1, "x", None, True, [1], {"q": 2}])),
]
Pair = tuple[Any, st.SearchStrategy[Any]]


def an_object(parts: dict[str, Pair], required: int) -> Pair:
    """An object's schema, some of its properties required, and instances of it."""
    must = list(parts)[:required]
    schema = {
        "type": "object",
        "properties": {name: part[0] for name, part in parts.items()},
        "required": must,
        "additionalProperties": False,
    }
    optional = {name: part[1] for name, part in parts.items() if name not in must}
    return schema, st.fixed_dictionaries({n: parts[n][1] for n in must}, optional=optional)


def objects(inner: st.SearchStrategy[Pair]) -> st.SearchStrategy[Pair]:
    names = st.sampled_from(["a", "b", "a.b", "kind"])
    return st.builds(an_object, st.dictionaries(names, inner, max_size=4), st.integers(0, 4))


def unions(inner: st.SearchStrategy[Pair]) -> st.SearchStrategy[Pair]:
    return st.lists(inner, min_size=2, max_size=3).map(
        lambda pairs: ({"anyOf": [pair[0] for pair in pairs]}, st.one_of([p[1] for p in pairs]))
    )


pairs = st.recursive(st.sampled_from(LEAVES), lambda i: objects(i) | unions(objects(i)))


@given(st.data(), pairs)
@settings(max_examples=300, deadline=None)
def test_an_instance_goes_into_a_form_and_comes_out_the_same(data, pair):
    schema = {**pair[0], "$defs": {"named": NAMED}}
    instance = data.draw(pair[1])
    assert Draft202012Validator(schema).is_valid(instance)
    forms = [way.form for way in ways_of(schema, schema)]
    found = [(form, form.values(instance)) for form in forms]
    fitting = [(form, values) for form, values in found if values is not None]
    assert fitting
    for form, values in fitting:
        assert not list(form.problems(values))
        assert same(form.assemble(values), instance)


def doubled(depth: int) -> dict[str, Any]:
    """A schema that says everything twice, again and again: small, and endless to write out."""
    steps = [{"$ref": f"#/$defs/{n + 1}"} for n in range(depth)]
    twice = {str(n): {"allOf": [step, step], "anyOf": [step, step]} for n, step in enumerate(steps)}
    return {"$ref": "#/$defs/0", "$defs": twice}


ME: dict[str, Any] = {"$ref": "#/$defs/me"}
WIDE = {"properties": {f"p{n}": ME for n in range(30)}, "required": [f"p{n}" for n in range(30)]}
TRAPS = [
    doubled(60),
    {**ME, "$defs": {"me": {"anyOf": [ME, {"const": 1}]}}},
    {**ME, "$defs": {"me": {"anyOf": [ME, {"type": "null"}]}}},
    {**ME, "$defs": {"me": {"allOf": [ME, ME]}}},
    {**ME, "$defs": {"me": {"oneOf": [{"properties": {"a": ME}}, ME]}}},
    {**ME, "$defs": {"me": WIDE}},
    {"$ref": "#/allOf/0", "allOf": [{"type": "integer"}]},
]


@pytest.mark.parametrize("schema", TRAPS)
def test_a_schema_in_circles_still_makes_a_form_of_bearable_length(schema):
    forms = [way.form for way in ways_of(schema, schema)]
    assert forms
    assert all(len(form.slots) < 1000 for form in forms)
