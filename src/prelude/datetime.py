"""Dates, times of day and the spans between them."""
import time as _time

MINYEAR, MAXYEAR = 1, 9999
_BEFORE = (0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334)


def _leap(year):
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _month_length(year, month):
    return 29 if month == 2 and _leap(year) else (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[month - 1]


def _ordinal(year, month, day):
    before = year - 1
    days = before * 365 + before // 4 - before // 100 + before // 400 + _BEFORE[month - 1]
    return days + (month > 2 and _leap(year)) + day


def _from_ordinal(days):
    year = days * 400 // 146097 + 1
    while _ordinal(year, 1, 1) > days:
        year -= 1
    month = 12
    while _ordinal(year, month, 1) > days:
        month -= 1
    return year, month, days - _ordinal(year, month, 1) + 1


def _check_date(year, month, day):
    if not MINYEAR <= year <= MAXYEAR:
        raise ValueError(f"year {year} is out of range")
    if not 1 <= month <= 12:
        raise ValueError("month must be in 1..12")
    if not 1 <= day <= _month_length(year, month):
        raise ValueError("day is out of range for month")


def _check_time(hour, minute, second, microsecond):
    for name, value, most in (("hour", hour, 23), ("minute", minute, 59), ("second", second, 59),
                              ("microsecond", microsecond, 999999)):
        if not 0 <= value <= most:
            raise ValueError(f"{name} must be in 0..{most}")


class timedelta:
    """A span of time in days, seconds and microseconds."""

    def __init__(self, days=0, seconds=0, microseconds=0, milliseconds=0, minutes=0, hours=0, weeks=0):
        total = (days + weeks * 7) * 86400 + hours * 3600 + minutes * 60 + seconds
        micro = round((total - int(total)) * 1000000) + microseconds + milliseconds * 1000
        self._set(int(total) * 1000000 + round(micro))

    def _set(self, micro):
        seconds, self.microseconds = divmod(micro, 1000000)
        self.days, self.seconds = divmod(seconds, 86400)

    @classmethod
    def _of(cls, micro):
        made = cls()
        made._set(micro)
        return made

    @property
    def _micro(self):
        return (self.days * 86400 + self.seconds) * 1000000 + self.microseconds

    def total_seconds(self):
        return self._micro / 1000000

    def __add__(self, other):
        return timedelta._of(self._micro + other._micro) if isinstance(other, timedelta) else NotImplemented

    def __sub__(self, other):
        return timedelta._of(self._micro - other._micro) if isinstance(other, timedelta) else NotImplemented

    def __neg__(self):
        return timedelta._of(-self._micro)

    def __abs__(self):
        return timedelta._of(abs(self._micro))

    def __mul__(self, factor):
        return timedelta._of(round(self._micro * factor)) if isinstance(factor, (int, float)) else NotImplemented

    __rmul__ = __mul__

    def __truediv__(self, other):
        if isinstance(other, timedelta):
            return self._micro / other._micro
        return timedelta._of(round(self._micro / other))

    def __floordiv__(self, other):
        if isinstance(other, timedelta):
            return self._micro // other._micro
        return timedelta._of(self._micro // other)

    def __mod__(self, other):
        return timedelta._of(self._micro % other._micro)

    def __bool__(self):
        return self._micro != 0

    def __eq__(self, other):
        return isinstance(other, timedelta) and self._micro == other._micro

    def __lt__(self, other):
        return self._micro < other._micro

    def __le__(self, other):
        return self._micro <= other._micro

    def __gt__(self, other):
        return self._micro > other._micro

    def __ge__(self, other):
        return self._micro >= other._micro

    def __hash__(self):
        return hash(self._micro)

    def __str__(self):
        text = f"{self.seconds // 3600}:{self.seconds // 60 % 60:02d}:{self.seconds % 60:02d}"
        if self.days:
            text = f"{self.days} day{'s' if abs(self.days) != 1 else ''}, {text}"
        return f"{text}.{self.microseconds:06d}" if self.microseconds else text

    def __repr__(self):
        parts = [f"{name}={getattr(self, name)}" for name in ("days", "seconds", "microseconds") if getattr(self, name)]
        return f"datetime.timedelta({', '.join(parts) or '0'})"


class tzinfo:
    """The base of time zones."""


class timezone(tzinfo):
    """A fixed distance from UTC."""

    def __init__(self, offset, name=None):
        self._offset = offset
        self._name = name

    def utcoffset(self, dt):
        return self._offset

    def tzname(self, dt):
        return self._name or str(self)

    def __str__(self):
        if not self._offset:
            return "UTC"
        minutes = self._offset._micro // 60000000
        return f"UTC{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"

    def __repr__(self):
        return "datetime.timezone.utc" if self is timezone.utc else f"datetime.timezone({self._offset!r})"


timezone.utc = timezone(timedelta(0))
UTC = timezone.utc


class date:
    """A day of the calendar."""

    def __init__(self, year, month, day):
        _check_date(year, month, day)
        self.year, self.month, self.day = year, month, day

    @classmethod
    def today(cls):
        now = _time.localtime()
        return cls(now[0], now[1], now[2])

    @classmethod
    def fromordinal(cls, days):
        return cls(*_from_ordinal(days))

    @classmethod
    def fromtimestamp(cls, stamp):
        return cls(*list(_time.localtime(stamp))[:3])

    @classmethod
    def fromisoformat(cls, text):
        parts = text.split("-")
        if len(parts) != 3 or len(text) != 10:
            raise ValueError(f"Invalid isoformat string: {text!r}")
        return cls(*[int(part) for part in parts])

    def toordinal(self):
        return _ordinal(self.year, self.month, self.day)

    def weekday(self):
        return (self.toordinal() + 6) % 7

    def isoweekday(self):
        return self.weekday() + 1

    def _tuple(self):
        day = self.toordinal() - _ordinal(self.year, 1, 1) + 1
        return (self.year, self.month, self.day, 0, 0, 0, self.weekday(), day, -1)

    def timetuple(self):
        return self._tuple()

    def strftime(self, format):
        micro = f"{getattr(self, 'microsecond', 0):06d}"
        return _time.strftime(format.replace("%f", micro).replace("%z", "").replace("%Z", ""), self.timetuple())

    def isoformat(self):
        return f"{self.year:04d}-{self.month:02d}-{self.day:02d}"

    def replace(self, year=None, month=None, day=None):
        return type(self)(self.year if year is None else year, self.month if month is None else month,
                          self.day if day is None else day)

    def _key(self):
        return (self.year, self.month, self.day)

    def __add__(self, other):
        if not isinstance(other, timedelta):
            return NotImplemented
        return type(self).fromordinal(self.toordinal() + other.days)

    __radd__ = __add__

    def __sub__(self, other):
        if isinstance(other, timedelta):
            return self + timedelta(-other.days)
        if isinstance(other, date):
            return timedelta(self.toordinal() - other.toordinal())
        return NotImplemented

    def __eq__(self, other):
        return type(other) is type(self) and self._key() == other._key()

    def __lt__(self, other):
        return self._key() < other._key()

    def __le__(self, other):
        return self._key() <= other._key()

    def __gt__(self, other):
        return self._key() > other._key()

    def __ge__(self, other):
        return self._key() >= other._key()

    def __hash__(self):
        return hash(self._key())

    def __format__(self, format_spec):
        return self.strftime(format_spec) if format_spec else str(self)

    def __str__(self):
        return self.isoformat()

    def __repr__(self):
        return f"datetime.date({self.year}, {self.month}, {self.day})"


class time:
    """A time of day."""

    def __init__(self, hour=0, minute=0, second=0, microsecond=0):
        _check_time(hour, minute, second, microsecond)
        self.hour, self.minute, self.second, self.microsecond = hour, minute, second, microsecond

    def isoformat(self):
        text = f"{self.hour:02d}:{self.minute:02d}:{self.second:02d}"
        return f"{text}.{self.microsecond:06d}" if self.microsecond else text

    def strftime(self, format):
        return datetime(1900, 1, 1, self.hour, self.minute, self.second, self.microsecond).strftime(format)

    def _key(self):
        return (self.hour, self.minute, self.second, self.microsecond)

    def __eq__(self, other):
        return isinstance(other, time) and self._key() == other._key()

    def __lt__(self, other):
        return self._key() < other._key()

    def __hash__(self):
        return hash(self._key())

    def __str__(self):
        return self.isoformat()

    def __repr__(self):
        parts = [self.hour, self.minute]
        if self.second or self.microsecond:
            parts.append(self.second)
        if self.microsecond:
            parts.append(self.microsecond)
        return f"datetime.time({', '.join(str(part) for part in parts)})"


class datetime(date):
    """A day with a time of day."""

    def __init__(self, year, month, day, hour=0, minute=0, second=0, microsecond=0, tzinfo=None):
        super().__init__(year, month, day)
        _check_time(hour, minute, second, microsecond)
        self.hour, self.minute, self.second, self.microsecond = hour, minute, second, microsecond
        self.tzinfo = tzinfo

    @classmethod
    def now(cls, tz=None):
        return cls.fromtimestamp(_time.time(), tz)

    @classmethod
    def today(cls):
        return cls.now()

    @classmethod
    def utcnow(cls):
        return cls.now(timezone.utc).replace(tzinfo=None)

    @classmethod
    def fromtimestamp(cls, stamp, tz=None):
        micro = round(stamp % 1 * 1000000) % 1000000
        parts = list(_time.localtime(stamp) if tz is None else _time.gmtime(stamp))[:6]
        made = cls(*parts, micro, tz)
        return made if tz is None else made + tz.utcoffset(made)

    @classmethod
    def fromordinal(cls, days):
        return cls(*_from_ordinal(days))

    @classmethod
    def fromisoformat(cls, text):
        day, clock = date.fromisoformat(text[:10]), text[11:]
        parts = [0, 0, 0, 0]
        if clock:
            whole, _, micro = clock.partition(".")
            pieces = [int(part) for part in whole.split(":")]
            parts[:len(pieces)] = pieces
            parts[3] = int(micro.ljust(6, "0")) if micro else 0
        return cls(day.year, day.month, day.day, *parts)

    @classmethod
    def combine(cls, date, time):
        return cls(date.year, date.month, date.day, time.hour, time.minute, time.second, time.microsecond)

    @classmethod
    def strptime(cls, text, format):
        """The moment that a text tells in a format."""
        import re

        months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
        fields = {"Y": r"(?P<Y>\d{4})", "m": r"(?P<m>\d{1,2})", "d": r"(?P<d>\d{1,2})", "H": r"(?P<H>\d{1,2})",
                  "I": r"(?P<I>\d{1,2})", "M": r"(?P<M>\d{1,2})", "S": r"(?P<S>\d{1,2})", "f": r"(?P<f>\d{1,6})",
                  "y": r"(?P<y>\d{2})", "b": r"(?P<b>[A-Za-z]{3})", "B": r"(?P<B>[A-Za-z]+)", "p": r"(?P<p>[APap][Mm])",
                  "a": "[A-Za-z]{3}", "A": "[A-Za-z]+", "j": r"(?P<j>\d{1,3})", "%": "%"}
        pattern = re.sub(r"%(.)", lambda found: fields[found.group(1)],
                         re.sub(r"[.^$*+?{}\[\]\\|()]", lambda found: "\\" + found.group(), format))
        found = re.fullmatch(pattern, text)
        if found is None:
            raise ValueError(f"time data {text!r} does not match format {format!r}")
        given = found.groupdict()
        number = lambda name, default: int(given[name]) if given.get(name) else default
        month = number("m", 1)
        name = given.get("b") or given.get("B")
        if name:
            month = months.index(name[:3].lower()) + 1
        year = number("Y", 1900)
        if given.get("y"):
            year = number("y", 0) + (2000 if number("y", 0) < 69 else 1900)
        hour = number("H", 0)
        if given.get("I"):
            hour = number("I", 12) % 12 + (12 if (given.get("p") or "").lower() == "pm" else 0)
        micro = int(given["f"].ljust(6, "0")) if given.get("f") else 0
        return cls(year, month, number("d", 1), hour, number("M", 0), number("S", 0), micro)

    def date(self):
        return date(self.year, self.month, self.day)

    def time(self):
        return time(self.hour, self.minute, self.second, self.microsecond)

    def timetuple(self):
        return self._tuple()[:3] + (self.hour, self.minute, self.second) + self._tuple()[6:]

    def timestamp(self):
        if self.tzinfo is not None:
            return (self.replace(tzinfo=None) - datetime(1970, 1, 1) - self.tzinfo.utcoffset(self)).total_seconds()
        return _time.mktime(self.timetuple()) + self.microsecond / 1000000

    def isoformat(self, sep="T", timespec="auto"):
        clock = f"{self.hour:02d}:{self.minute:02d}:{self.second:02d}"
        if self.microsecond and timespec == "auto":
            clock += f".{self.microsecond:06d}"
        text = f"{super().isoformat()}{sep}{clock}"
        if self.tzinfo is not None:
            minutes = self.tzinfo.utcoffset(self)._micro // 60000000
            text += f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"
        return text

    def replace(self, **changes):
        names = ("year", "month", "day", "hour", "minute", "second", "microsecond", "tzinfo")
        return datetime(*[changes.get(name, getattr(self, name)) for name in names])

    def utcoffset(self):
        return None if self.tzinfo is None else self.tzinfo.utcoffset(self)

    def _key(self):
        return (self.year, self.month, self.day, self.hour, self.minute, self.second, self.microsecond)

    def _total(self):
        seconds = self.toordinal() * 86400 + self.hour * 3600 + self.minute * 60 + self.second
        return seconds * 1000000 + self.microsecond

    def __add__(self, other):
        if not isinstance(other, timedelta):
            return NotImplemented
        days, micro = divmod(self._total() + other._micro, 86400000000)
        seconds, micro = divmod(micro, 1000000)
        return datetime(*_from_ordinal(days), seconds // 3600, seconds // 60 % 60, seconds % 60, micro, self.tzinfo)

    __radd__ = __add__

    def __sub__(self, other):
        if isinstance(other, timedelta):
            return self + -other
        if isinstance(other, datetime):
            return timedelta._of(self._total() - other._total())
        return NotImplemented

    def __str__(self):
        return self.isoformat(" ")

    def __repr__(self):
        parts = list(self._key())
        while len(parts) > 5 and parts[-1] == 0:
            parts.pop()
        text = ", ".join(str(part) for part in parts)
        return f"datetime.datetime({text}{'' if self.tzinfo is None else f', tzinfo={self.tzinfo!r}'})"
