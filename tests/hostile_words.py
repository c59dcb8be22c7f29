"""What a visitor may write in a name or a link, and what a page might take it for."""

HOSTILE = (
    ":red[stop] :blue-background[this] :small[x] :material/delete: :streamlit: :smile: :+1: :-)",
    "$\\frac{1}{2}$ $$x$$ costs $5 and $6",
    "[click](javascript:alert(1)) [x]: http://a.example ![i](https://a.example/i.png) <https://a.example>",
    "<script>alert(1)</script> <img src=x onerror=alert(1)> &lt;b&gt; &copy; <b>bold</b>",
    "http://a.example www.a.example WWW.A.EXAMPLE me@a.example mailto:me@a.example",
    "**bold** *it* __b__ _i_ ~~gone~~ `code` ```fence``` ~sub~ ==mark==",
    "# heading",
    "- item",
    "+ item",
    "12) item",
    "1. item",
    "> quote",
    "| a | b |\n|---|---|\n| 1 | 2 |",
    "---",
    "a -> b <- c <-> d -- e >= f <= g ~= h != i",
    "[^1] [^1]: foot",
    "back\\slash \\",
    "line one\nline two  \n\n    code\ttab",
    "\u202eright to left\u202c \u200bnothing",
    "[ ] task [x] done",
    "{kl:.2f} {name} %s",
    "My 2nd run: \u03b2 = 4 (good), 50 % \u2013 \u201cbest\u201d \U0001f469\u200d\U0001f52c",
)


def one_line(text: str) -> str:
    """What a reader shall see of it: all that can be printed, in one line."""
    return " ".join("".join(sign if sign.isprintable() or sign == "\u200d" else " " for sign in text).split())
