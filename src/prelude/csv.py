"""Tables in text files: rows of values with commas between them."""
QUOTE_MINIMAL, QUOTE_ALL, QUOTE_NONNUMERIC, QUOTE_NONE = range(4)


class Error(Exception):
    """What cannot be read or written as a table."""


class Dialect:
    """How a table is written."""

    def __init__(self, delimiter=",", quotechar='"', lineterminator="\r\n", quoting=QUOTE_MINIMAL, skipinitialspace=False,
                 doublequote=True, escapechar=None, strict=False):
        if not isinstance(delimiter, str) or len(delimiter) != 1:
            raise TypeError('"delimiter" must be a 1-character string')
        self.delimiter = delimiter
        self.quotechar = quotechar
        self.lineterminator = lineterminator
        self.quoting = quoting
        self.skipinitialspace = skipinitialspace


def _dialect(name, options):
    if name == "excel-tab":
        options.setdefault("delimiter", "\t")
    return Dialect(**options)


class _Reader:
    """The rows of an iterable of lines, each a list of strings."""

    def __init__(self, lines, dialect):
        self.lines = iter(lines)
        self.dialect = dialect
        self.line_num = 0

    def __iter__(self):
        return self

    def __next__(self):
        d = self.dialect
        row, field, quoted, inside, started = [], "", False, False, False
        while True:
            line = next(self.lines)
            self.line_num += 1
            i = 0
            while i < len(line):
                c = line[i]
                i += 1
                if inside:
                    if c == d.quotechar:
                        if i < len(line) and line[i] == d.quotechar:
                            field += c
                            i += 1
                        else:
                            inside = False
                    else:
                        field += c
                elif c == d.delimiter:
                    row.append(self._value(field, quoted))
                    field, quoted, started = "", False, True
                elif c == "\n" or c == "\r":
                    pass
                elif c == d.quotechar and not field and d.quoting != QUOTE_NONE:
                    inside, quoted, started = True, True, True
                elif c == " " and d.skipinitialspace and not field:
                    pass
                else:
                    field += c
                    started = True
            if not inside:
                break
        if started:
            row.append(self._value(field, quoted))
        return row

    def _value(self, field, quoted):
        return float(field) if self.dialect.quoting == QUOTE_NONNUMERIC and not quoted else field


def reader(csvfile, dialect="excel", **options):
    """The rows of a file, as lists of strings."""
    return _Reader(csvfile, _dialect(dialect, options))


class _Writer:
    """Writes rows to a file."""

    def __init__(self, file, dialect):
        self.file = file
        self.dialect = dialect

    def _text(self, value, alone):
        d = self.dialect
        text = "" if value is None else repr(value) if isinstance(value, float) else str(value)
        special = any(c in text for c in (d.delimiter, d.quotechar, "\n", "\r")) or alone and not text
        wanted = d.quoting == QUOTE_ALL or d.quoting == QUOTE_NONNUMERIC and not isinstance(value, (int, float))
        if d.quoting != QUOTE_NONE and (special or wanted):
            return d.quotechar + text.replace(d.quotechar, d.quotechar * 2) + d.quotechar
        return text

    def writerow(self, row):
        row = list(row)
        line = self.dialect.delimiter.join(self._text(value, len(row) == 1) for value in row)
        return self.file.write(line + self.dialect.lineterminator)

    def writerows(self, rows):
        for row in rows:
            self.writerow(row)


def writer(csvfile, dialect="excel", **options):
    """What writes rows to a file."""
    return _Writer(csvfile, _dialect(dialect, options))


class DictReader:
    """The rows of a file as dicts, with the first row as keys."""

    def __init__(self, f, fieldnames=None, restkey=None, restval=None, dialect="excel", **options):
        self.reader = reader(f, dialect, **options)
        self._fieldnames = fieldnames
        self.restkey = restkey
        self.restval = restval

    @property
    def fieldnames(self):
        if self._fieldnames is None:
            self._fieldnames = next(self.reader, None)
        return self._fieldnames

    @property
    def line_num(self):
        return self.reader.line_num

    def __iter__(self):
        return self

    def __next__(self):
        names = self.fieldnames
        row = next(self.reader)
        while not row:
            row = next(self.reader)
        entry = dict(zip(names, row))
        if len(row) > len(names):
            entry[self.restkey] = row[len(names):]
        for name in names[len(row):]:
            entry[name] = self.restval
        return entry


class DictWriter:
    """Writes dicts as rows, their values in the order of `fieldnames`."""

    def __init__(self, f, fieldnames, restval="", extrasaction="raise", dialect="excel", **options):
        self.fieldnames = fieldnames
        self.restval = restval
        self.extrasaction = extrasaction
        self.writer = writer(f, dialect, **options)

    def writeheader(self):
        return self.writer.writerow(self.fieldnames)

    def writerow(self, rowdict):
        extra = [name for name in rowdict if name not in self.fieldnames]
        if extra and self.extrasaction == "raise":
            raise ValueError("dict contains fields not in fieldnames: " + ", ".join(repr(name) for name in extra))
        return self.writer.writerow(rowdict.get(name, self.restval) for name in self.fieldnames)

    def writerows(self, rowdicts):
        for rowdict in rowdicts:
            self.writerow(rowdict)
