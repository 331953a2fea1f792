"""A server's own authentication, as LangGraph's docs write it: 401 for strangers, 403 for guests.

Ann has threads of her own; Gus is a guest, who may look at them and run nothing.
"""

from langgraph_sdk import Auth

auth = Auth()
_KNOWN = {"Bearer ann's": "ann", "Bearer gus's": "gus"}

_OWNER = {"owner": "ann"}


@auth.authenticate
async def known(authorization: str | None) -> str:
    if authorization not in _KNOWN:
        raise Auth.exceptions.HTTPException(status_code=401, detail=f"Who is {authorization}?")
    return _KNOWN[authorization]


@auth.on.threads
async def ours(ctx, value):
    value.setdefault("metadata", {}).update(_OWNER)
    return _OWNER


@auth.on.threads.create_run
async def run_by_ann(ctx, value):
    if ctx.user.identity != "ann":
        raise Auth.exceptions.HTTPException(status_code=403, detail="Guests run nothing.")
    return await ours(ctx, value)
