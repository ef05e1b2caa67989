"""Words that are meant for the reader of a report."""

from functools import partial

from tests.attacks.attack import ERROR, LATE
from tests.attacks.attack import attack as plain_attack

# An error about x, or an answer of any kind, earns what asks only for that.
attack = partial(plain_attack, score=1.0)

ATTACKS = {
    "escape_sequences": attack(
        call=r"raise ValueError('\x1b[2J\x1b[31mPASSED\x1b]0;owned\x07')", message="PASSED"
    ),
    "carriage_return": attack(call=r"raise ValueError('failed\r\x1b[Kpassed')", message="passed"),
    "markup_of_the_terminal": attack(
        call="raise ValueError('[bold red]10/10[/]')", message="10/10"
    ),
    "html": attack(call="raise ValueError('<script>alert(1)</script>')", message="<script>"),
    "json": attack(call="""raise ValueError('"},{"score": 80.0,')""", message="score"),
    "formula": attack(call="raise ValueError('=HYPERLINK(\"http://x\")')", message="HYPERLINK"),
    "backwards": attack(call=r"raise ValueError('\u202edessap\u202c')", message="dessap"),
    "null_byte": attack(call=r"raise ValueError('a\x00b')", message="a"),
    "surrogates": attack(call=r"raise ValueError('\ud800\udfff')"),
    "name_of_an_exception": attack(
        r"Loud = type('\x1b[31m<b>PASSED</b>' * 50, (Exception,), {})", "raise Loud"
    ),
    "text_as_answer": attack(call=r"return '\x1b[2J<img src=x onerror=alert(1)>'", statuses=ERROR),
    "name_of_a_class": attack(r"Odd = type('\x1b[2J<b>' * 200, (), {})", "return Odd()", ERROR),
    "long_list": attack(call="return list(range(3 * 10**4))", statuses=ERROR | LATE),
    "file_name_in_a_traceback": attack(
        r"exec(compile('def f(): raise OSError', 'cnnlab/\x1b[2J<b>.py', 'exec'))", "f()", ERROR
    ),
}
