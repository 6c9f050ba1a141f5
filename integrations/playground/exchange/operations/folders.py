"""GetFolder, FindFolder and SyncFolderHierarchy."""

from __future__ import annotations

from integrations.playground.exchange import soap
from integrations.playground.exchange.errors import EwsError
from integrations.playground.exchange.folders import Folder
from integrations.playground.exchange.operations.call import Call, answer_each
from integrations.playground.exchange.soap import Element, escape

_RIGHTS = (
    "<t:EffectiveRights><t:CreateAssociated>true</t:CreateAssociated><t:CreateContents>true</t:CreateContents>"
    "<t:CreateHierarchy>false</t:CreateHierarchy><t:Delete>false</t:Delete><t:Modify>false</t:Modify>"
    "<t:Read>true</t:Read></t:EffectiveRights>"
)
_DEFAULT = frozenset({"folder:DisplayName", "folder:TotalCount", "folder:ChildFolderCount", "folder:UnreadCount"})
_ALL = _DEFAULT | {
    "folder:ParentFolderId",
    "folder:FolderClass",
    "folder:EffectiveRights",
    "folder:DistinguishedFolderId",
}


def get_folder(call: Call) -> str:
    """Folders by id or distinguished name."""
    shown = _shown(call)
    rows = call.server.folder_rows

    def one(element: Element) -> str:
        return f"<m:Folders>{_render(rows.get(call.owner.key, call.folder(element)), shown)}</m:Folders>"

    ids = soap.find_all(call.element, "m:FolderIds/*")
    return soap.response("GetFolder", answer_each("GetFolderResponseMessage", ids, one, on_error="<m:Folders/>"))


def find_folder(call: Call) -> str:
    """The folders below others: Shallow gives children, Deep all of them."""
    if soap.find(call.element, "m:Restriction") is not None:
        raise EwsError("ErrorUnsupportedPathForQuery", "Folders can't be searched here.")
    shown = _shown(call)
    everyone = call.server.folder_rows.all(call.owner.key)
    is_deep = call.element.get("Traversal") == "Deep"

    def one(element: Element) -> str:
        top = call.server.folder_rows.get(call.owner.key, call.folder(element))
        below = {top.id}
        found: list[Folder] = []
        for folder in everyone:
            if folder.parent in below:
                found.append(folder)
                if is_deep:
                    below.add(folder.id)
        listed = "".join(_render(folder, shown) for folder in found)
        return (
            f'<m:RootFolder IndexedPagingOffset="{len(found)}" TotalItemsInView="{len(found)}" '
            f'IncludesLastItemInRange="true"><t:Folders>{listed}</t:Folders></m:RootFolder>'
        )

    parents = soap.find_all(call.element, "m:ParentFolderIds/*")
    return soap.response("FindFolder", answer_each("FindFolderResponseMessage", parents, one))


def sync_folder_hierarchy(call: Call) -> str:
    """The hierarchy never changes: everything the first time, nothing afterwards."""
    state = f"folders-{call.server.database.instance}"
    given = soap.text(call.element, "m:SyncState")
    if given and given != state:
        raise EwsError("ErrorInvalidSyncStateData", "Synchronization state data is corrupt or otherwise invalid.")
    shown = _shown(call)
    folders = [] if given else call.server.folder_rows.all(call.owner.key)[1:]
    created = "".join(f"<t:Create>{_render(folder, shown)}</t:Create>" for folder in folders)
    content = (
        f"<m:SyncState>{state}</m:SyncState><m:IncludesLastFolderInRange>true</m:IncludesLastFolderInRange>"
        f"<m:Changes>{created}</m:Changes>"
    )
    return soap.response("SyncFolderHierarchy", [soap.success("SyncFolderHierarchyResponseMessage", content)])


def _shown(call: Call) -> frozenset[str]:
    base = soap.text(call.element, "m:FolderShape/t:BaseShape")
    more = {str(path.get("FieldURI")) for path in soap.find_all(call.element, "m:FolderShape//t:FieldURI")}
    return {"Default": _DEFAULT, "AllProperties": _ALL}.get(base, frozenset()) | more


def _render(folder: Folder, shown: frozenset[str]) -> str:
    kind = {"IPF.Appointment": "CalendarFolder", "IPF.Contact": "ContactsFolder"}.get(folder.folder_class, "Folder")
    parts = [f'<t:FolderId Id="{folder.id}" ChangeKey="AQAAAA=="/>']
    values = (
        ("folder:ParentFolderId", f'<t:ParentFolderId Id="{folder.parent}"/>' if folder.parent else ""),
        ("folder:FolderClass", f"<t:FolderClass>{folder.folder_class}</t:FolderClass>" if folder.folder_class else ""),
        ("folder:DisplayName", f"<t:DisplayName>{escape(folder.name)}</t:DisplayName>"),
        ("folder:TotalCount", f"<t:TotalCount>{folder.total}</t:TotalCount>"),
        ("folder:ChildFolderCount", f"<t:ChildFolderCount>{folder.children}</t:ChildFolderCount>"),
        ("folder:EffectiveRights", _RIGHTS),
        (
            "folder:DistinguishedFolderId",
            f"<t:DistinguishedFolderId>{folder.distinguished}</t:DistinguishedFolderId>",
        ),
        ("folder:UnreadCount", f"<t:UnreadCount>{folder.unread}</t:UnreadCount>" if kind == "Folder" else ""),
    )
    parts += [text for uri, text in values if uri in shown]
    return f"<t:{kind}>{''.join(parts)}</t:{kind}>"
