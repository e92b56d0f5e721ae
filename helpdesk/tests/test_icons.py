import pytest
from django.template import Context, Template
from lucide import IconDoesNotExist


def render(source):
    return Template(source).render(Context())


def test_an_icon_is_inline_decorative_and_of_the_size_asked_for():
    html = render("{% icon 'flag' 20 %}")
    assert html.startswith("<svg")
    assert 'width="20" height="20"' in html
    assert 'class="td-icon"' in html
    assert 'aria-hidden="true"' in html
    assert "style=" not in html


def test_an_icon_with_a_meaning_says_it():
    html = render("{% icon 'flag' 15 'flagged <now>' %}")
    assert html.endswith('<span class="visually-hidden">flagged &lt;now&gt;</span>')


def test_an_unknown_icon_is_an_error_of_ours():
    with pytest.raises(IconDoesNotExist):
        render("{% icon 'no-such-icon' %}")
