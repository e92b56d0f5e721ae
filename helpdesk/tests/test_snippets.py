from helpdesk.lib.snippets import snippet


def test_the_words_are_marked_in_any_case_and_with_any_accents():
    assert snippet("La GLAÇURE est fêlée", ["glacure", "fel"]) == (
        "La <mark>GLAÇURE</mark> est <mark>fêlée</mark>"
    )


def test_what_a_customer_said_is_escaped():
    assert snippet("<b>lid</b> & <script>", ["lid"]) == (
        "&lt;b&gt;<mark>lid</mark>&lt;/b&gt; &amp; &lt;script&gt;"
    )


def test_a_long_text_is_cut_around_the_first_word():
    text = "begin " * 40 + "tulips " + "end " * 80
    told = snippet(text, ["tulip"])
    assert told.startswith("… begin")
    assert told.endswith("end …")
    assert "<mark>tulips</mark>" in told
    assert len(told) < 220


def test_without_the_words_the_beginning_is_shown():
    assert snippet("Something else\n altogether", ["tulip"]) == "Something else altogether"


def test_one_endless_word_is_cut_too():
    told = snippet("x" * 5000, ["x"])
    assert len(told) < 220
