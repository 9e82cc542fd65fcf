import assistant.dataset


def test_these_names_are_what_others_build_on() -> None:
    assert assistant.dataset.__all__ == [
        "DATED_ROLES",
        "ROLE_GROUPS",
        "SCORED_ROLES",
        "Choices",
        "Column",
        "ColumnChoice",
        "Complaint",
        "DryRun",
        "Fault",
        "ImportResult",
        "KeptSchemas",
        "LabelRule",
        "Progress",
        "Proposal",
        "ProposedColumn",
        "Query",
        "Refusal",
        "Schema",
        "Sink",
        "Source",
        "TooLarge",
        "Upload",
        "Uploads",
        "Verdict",
        "dry_run",
        "examine",
        "import_file",
        "masked",
        "one_line",
        "propose",
        "schema_text",
    ]
    assert all(hasattr(assistant.dataset, name) for name in assistant.dataset.__all__)
