"""What a question is about, and the honest not sure."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.support.languages import foreign
from assistant.support.topics import TopicReader, examples, said_of
from retrieval import Embedder


@pytest.fixture(scope="session")
def reader(minilm: Embedder, tmp_path_factory: pytest.TempPathFactory) -> TopicReader:
    return TopicReader(lambda: minilm, tmp_path_factory.mktemp("topics"))


@pytest.mark.weights
@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("why did you people stop this case", "reason"),
        ("do you know when a decision comes", "time"),
        ("which papers should he upload", "documents"),
        ("did it get through in the end", "status"),
        ("she wants to appeal", "complaint"),
        ("it was not him who bought this", "dispute"),
        ("somebody hacked her", "report_fraud"),
        ("how many orders did we decline last week", "statistics"),
        ("any cases like this one", "similar"),
        ("what's for lunch", "out_of_scope"),
    ],
)
def test_a_question_in_new_words_is_understood(reader: TopicReader, text: str, topic: str) -> None:
    found = reader.read(text)
    assert (found.topic, found.is_sure) == (topic, True)


@pytest.mark.weights
def test_what_could_be_two_things_is_not_sure(reader: TopicReader) -> None:
    texts = ["case and payment", "the customer again", "problem with this case", "what about the payment"]
    unsure = [one for one in reader.read_all(texts) if not one.is_sure]
    assert len(unsure) >= 3
    assert all(one.second != one.topic for one in unsure)


@pytest.mark.weights
def test_the_examples_are_embedded_once_and_a_broken_file_is_made_again(minilm: Embedder, tmp_path: Path) -> None:
    before = TopicReader(lambda: minilm, tmp_path).read("how long does it take")
    (kept,) = tmp_path.iterdir()
    kept.write_bytes(kept.read_bytes()[:1000])
    assert TopicReader(lambda: minilm, tmp_path).read("how long does it take") == before
    assert len(list(tmp_path.iterdir())) == 1


def test_no_example_stands_under_two_topics() -> None:
    texts = [text for group in examples().values() for text in group]
    assert len(texts) == len(set(texts))
    assert min(map(len, examples().values())) >= 20
    assert all(said_of(topic) for topic in examples())


@pytest.mark.parametrize(
    ("text", "tongue"),
    [
        ("wann ist die Prüfung fertig, ich warte", "in German"),
        ("combien de temps faut-il pour mon dossier", "in French"),
        ("cuánto tarda el pago, por favor", "in Spanish"),
        ("почему мой платеж отклонен", "in another script"),
        ("为什么我的付款被拒绝", "in another script"),
        ("how long does it take", ""),
        ("is Die Mode GmbH still on hold", ""),
        ("", ""),
    ],
)
def test_another_language_is_noticed(text: str, tongue: str) -> None:
    assert foreign(text) == tongue
