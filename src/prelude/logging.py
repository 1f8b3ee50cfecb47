"""Messages with levels."""
import sys
import time

NOTSET, DEBUG, INFO, WARNING, ERROR, CRITICAL = 0, 10, 20, 30, 40, 50
WARN, FATAL = WARNING, CRITICAL
BASIC_FORMAT = "%(levelname)s:%(name)s:%(message)s"

_names = {NOTSET: "NOTSET", DEBUG: "DEBUG", INFO: "INFO", WARNING: "WARNING", ERROR: "ERROR", CRITICAL: "CRITICAL"}


def getLevelName(level):
    if isinstance(level, str):
        return {name: number for number, name in _names.items()}.get(level, f"Level {level}")
    return _names.get(level, f"Level {level}")


def addLevelName(level, levelName):
    _names[level] = levelName


def _number(level):
    if isinstance(level, int):
        return level
    number = getLevelName(level)
    if not isinstance(number, int):
        raise ValueError(f"Unknown level: {level!r}")
    return number


class LogRecord:
    """One message."""

    def __init__(self, name, level, msg, args):
        self.name = name
        self.levelno = level
        self.levelname = getLevelName(level)
        self.msg = msg
        self.args = args
        self.created = time.time()
        self.filename = self.module = self.funcName = self.pathname = ""
        self.lineno = 0

    def getMessage(self):
        return str(self.msg) % self.args if self.args else str(self.msg)


class Formatter:
    """How a message is shown."""

    def __init__(self, fmt=None, datefmt=None, style="%"):
        self._fmt = fmt or "%(message)s"
        self.datefmt = datefmt
        self._style = style

    def format(self, record):
        values = dict(record.__dict__)
        values["message"] = record.getMessage()
        if "asctime" in self._fmt:
            text = time.strftime(self.datefmt or "%Y-%m-%d %H:%M:%S", time.localtime(record.created))
            values["asctime"] = text if self.datefmt else f"{text},{int(record.created % 1 * 1000):03d}"
        return self._fmt.format(**values) if self._style == "{" else self._fmt % values


class Handler:
    """Where messages go."""

    def __init__(self, level=NOTSET):
        self.level = _number(level)
        self.formatter = None

    def setLevel(self, level):
        self.level = _number(level)

    def setFormatter(self, fmt):
        self.formatter = fmt

    def format(self, record):
        return (self.formatter or Formatter()).format(record)

    def emit(self, record):
        raise NotImplementedError("emit must be implemented by Handler subclasses")

    def handle(self, record):
        if record.levelno >= self.level:
            self.emit(record)

    def flush(self):
        pass

    def close(self):
        pass


class StreamHandler(Handler):
    """Writes messages to a stream, the standard error by default."""

    def __init__(self, stream=None):
        super().__init__()
        self.stream = stream

    def emit(self, record):
        print(self.format(record), file=sys.stderr if self.stream is None else self.stream)


class FileHandler(Handler):
    """Writes messages to a file."""

    def __init__(self, filename, mode="a", encoding=None, delay=False):
        super().__init__()
        self.baseFilename = filename
        open(filename, mode).close()

    def emit(self, record):
        with open(self.baseFilename, "a") as file:
            file.write(self.format(record) + "\n")


class NullHandler(Handler):
    """Forgets messages."""

    def emit(self, record):
        pass


class Logger:
    """A source of messages; they go to its handlers and to those above it."""

    def __init__(self, name, level=NOTSET):
        self.name = name
        self.level = _number(level)
        self.handlers = []
        self.propagate = True
        self.disabled = False
        self.parent = None

    def setLevel(self, level):
        self.level = _number(level)

    def getEffectiveLevel(self):
        logger = self
        while logger is not None:
            if logger.level:
                return logger.level
            logger = logger.parent
        return NOTSET

    def isEnabledFor(self, level):
        return not self.disabled and level > _disabled and level >= self.getEffectiveLevel()

    def addHandler(self, hdlr):
        if hdlr not in self.handlers:
            self.handlers.append(hdlr)

    def removeHandler(self, hdlr):
        if hdlr in self.handlers:
            self.handlers.remove(hdlr)

    def hasHandlers(self):
        return bool(self.handlers) or self.parent is not None and self.propagate and self.parent.hasHandlers()

    def log(self, level, msg, *args, **options):
        if not self.isEnabledFor(level):
            return
        record = LogRecord(self.name, level, msg, args[0] if len(args) == 1 and isinstance(args[0], dict) else args)
        logger, found = self, False
        while logger is not None:
            for handler in logger.handlers:
                found = True
                handler.handle(record)
            logger = logger.parent if logger.propagate else None
        if not found and level >= WARNING:
            print(record.getMessage(), file=sys.stderr)

    def debug(self, msg, *args, **options):
        self.log(DEBUG, msg, *args)

    def info(self, msg, *args, **options):
        self.log(INFO, msg, *args)

    def warning(self, msg, *args, **options):
        self.log(WARNING, msg, *args)

    warn = warning

    def error(self, msg, *args, **options):
        self.log(ERROR, msg, *args)

    def exception(self, msg, *args, **options):
        self.log(ERROR, msg, *args)

    def critical(self, msg, *args, **options):
        self.log(CRITICAL, msg, *args)

    def __repr__(self):
        return f"<Logger {self.name} ({getLevelName(self.getEffectiveLevel())})>"


root = Logger("root", WARNING)
_loggers = {}
_disabled = NOTSET


def getLogger(name=None):
    """The logger of a dotted name, the same each time."""
    if not name or name == "root":
        return root
    if name not in _loggers:
        logger = Logger(name)
        logger.parent = getLogger(name.rpartition(".")[0]) if "." in name else root
        _loggers[name] = logger
    return _loggers[name]


def basicConfig(*, filename=None, filemode="a", format=BASIC_FORMAT, datefmt=None, style="%", level=None, stream=None,
                handlers=None, force=False, encoding=None):
    """Gives the root logger a handler, unless it has one."""
    if force:
        root.handlers.clear()
    if not root.handlers:
        if handlers is None:
            handlers = [FileHandler(filename, filemode) if filename else StreamHandler(stream)]
        for handler in handlers:
            if handler.formatter is None:
                handler.setFormatter(Formatter(format, datefmt, style))
            root.addHandler(handler)
        if level is not None:
            root.setLevel(level)


def disable(level=CRITICAL):
    global _disabled
    _disabled = _number(level)


def _at_root(level):
    def log_message(msg, *args, **options):
        if not root.handlers:
            basicConfig()
        root.log(level, msg, *args)

    return log_message


debug, info, warning = _at_root(DEBUG), _at_root(INFO), _at_root(WARNING)
error, critical, exception = _at_root(ERROR), _at_root(CRITICAL), _at_root(ERROR)


def log(level, msg, *args):
    _at_root(level)(msg, *args)


def captureWarnings(capture):
    pass


def shutdown():
    pass
