# Strings: methods and the three ways to format.
s = "Deep Learning"
s.lower(), s.upper(), s.swapcase(), s.title(), len(s)
s.split(), s.split("e"), "a,b,,c".split(","), "  pad ".strip(), "x".join(["1", "2", "3"])
s.replace("e", "3"), s.find("L"), s.find("z"), s.count("e"), s.startswith("Deep"), s.endswith("ing")
s[0], s[-1], s[2:6], s[::-1], s[:4] * 2
"ab" in "cabd", "abc" < "abd", "a" + "b"
"42".zfill(5), "mid".center(9, "*"), "left".ljust(8) + "|", "right".rjust(8)
"Line one\nLine two".splitlines(), "tab\tsep"
print("tab\tsep")
'single "double" inside', "it's", 'both \' and "'
"line\n", r"raw\n", "π and σ", "\u03b1"
name, value, epoch = "loss", 0.123456, 7
f"{name}: {value:.3f} at epoch {epoch:03d}"
f"{value:10.2e}|{value:<10.4f}|{value:>10.4f}|{value:^10.2f}|{value:+.1f}|{value:%}"
f"{1234567:,} {255:x} {255:#b} {3.0} {1e20} {1e-7} {True!s:>6} {name!r}"
f"{epoch=} {value=:.2f} {{literal}} {'nested ' + name}"
width = 12
f"[{name:>{width}}] [{name:*^{width}}]"
"{} and {}".format(1, "two"), "{0}{1}{0}".format("a", "b"), "{x:.1f} {y!r}".format(x=2.25, y="q")
"{:>8} {:<8}|".format("r", "l"), "{d[key]} {l[0]}".format(d={"key": 1}, l=[9])
"%d items, %.2f each, %s, %r, %5d|%-5d|%05.1f, %x, %e, 100%%" % (3, 1.5, "str", "rep", 42, 42, 2.5, 255, 12345.678)
"%s" % [1, 2], "%(a)s-%(b)d" % {"a": "x", "b": 2}
"word count of a sentence is a count".split().count("a")
text = "the cat sat on the mat"
counts = {}
for word in text.split():
    counts[word] = counts.get(word, 0) + 1
counts
sorted(counts.items(), key=lambda item: (-item[1], item[0]))
ord("a"), chr(98), "abc".isalpha(), "12".isdigit(), "a1".isalnum(), "A".isupper(), " ".isspace()
"a-b_c".partition("-"), "a.b.c".rpartition("."), "a b c".split(" ", 1), "prefix_x".removeprefix("prefix_")
"".join(reversed("abc")), list("abc"), tuple("ab"), sorted("hello"), "abc".translate({97: "z"})
repr("a\tb\\c"), str(1.0), str(None), repr(1e16), repr(0.1 + 0.2), 1 / 3
"x" * 3 + "y"
"""triple
quoted"""
print("implicit " "joining", 'works')
"abc".foo
"abc"[10]
"%d" % "x"
"{} {}".format(1)
