import assistant.dataset


def test_these_names_are_what_others_build_on() -> None:
    assert assistant.dataset.__all__ == [
        "Column",
        "Fault",
        "ImportResult",
        "LabelRule",
        "Progress",
        "Query",
        "Schema",
        "Sink",
        "Source",
        "Verdict",
        "import_file",
        "propose",
    ]
    assert all(hasattr(assistant.dataset, name) for name in assistant.dataset.__all__)
