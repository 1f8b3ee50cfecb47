"""Arguments of a script's command line."""
import sys

SUPPRESS = "==SUPPRESS=="
REMAINDER, OPTIONAL, ZERO_OR_MORE, ONE_OR_MORE = "...", "?", "*", "+"


class ArgumentError(Exception):
    """An argument that does not fit."""


class ArgumentTypeError(Exception):
    """Raised by a `type` function for a text that it refuses."""


class HelpFormatter:
    """The layout of the help text."""


class ArgumentDefaultsHelpFormatter(HelpFormatter):
    """Help that tells the defaults."""


class RawTextHelpFormatter(HelpFormatter):
    """Help that keeps its lines."""


class RawDescriptionHelpFormatter(HelpFormatter):
    """Help that keeps the lines of the description."""


class Namespace:
    """The values of the arguments, as attributes."""

    def __init__(self, **kwargs):
        for name, value in kwargs.items():
            setattr(self, name, value)

    def __eq__(self, other):
        return isinstance(other, Namespace) and vars(self) == vars(other)

    def __contains__(self, key):
        return key in self.__dict__

    def __repr__(self):
        return "Namespace(" + ", ".join(f"{name}={value!r}" for name, value in self.__dict__.items()) + ")"


class Action:
    """One argument: its spellings and what becomes of its value."""

    def __init__(self, flags, dest, action, nargs, const, default, type, choices, required, help, metavar):
        self.option_strings = flags
        self.dest = dest
        self.action = action
        self.nargs = nargs
        self.const = const
        self.default = default
        self.type = type
        self.choices = choices
        self.required = required
        self.help = help
        self.metavar = metavar

    def takes_value(self):
        return self.action in ("store", "append", "extend")

    def spelled(self):
        return "/".join(self.option_strings) if self.option_strings else self.metavar or self.dest

    def shown(self):
        if self.metavar is not None:
            return self.metavar
        if self.choices is not None:
            return "{" + ",".join(str(choice) for choice in self.choices) + "}"
        return self.dest.upper() if self.option_strings else self.dest

    def values(self):
        """How the values are written in the usage."""
        name = self.shown()
        if not self.takes_value():
            return ""
        if self.nargs is None:
            return name
        if self.nargs == "?":
            return f"[{name}]"
        if self.nargs == "*":
            return f"[{name} ...]"
        if self.nargs == "+":
            return f"{name} [{name} ...]"
        return " ".join([name] * self.nargs) if isinstance(self.nargs, int) else "..."


class _Group:
    """Arguments under a title, or of which only one may be given; they belong to the parser."""

    def __init__(self, parser, exclusive=False):
        self.parser = parser
        self.exclusive = exclusive
        self.members = []

    def add_argument(self, *args, **kwargs):
        action = self.parser.add_argument(*args, **kwargs)
        self.members.append(action)
        return action


class ArgumentParser:
    """The arguments that a script takes: declared by `add_argument`, read by `parse_args`."""

    def __init__(self, prog=None, usage=None, description=None, epilog=None, parents=(), formatter_class=HelpFormatter,
                 prefix_chars="-", fromfile_prefix_chars=None, argument_default=None, conflict_handler="error",
                 add_help=True, allow_abbrev=True, exit_on_error=True):
        self.prog = prog if prog is not None else (sys.argv[0].split("/")[-1] if sys.argv else "")
        self.usage = usage
        self.description = description
        self.epilog = epilog
        self.formatter_class = formatter_class
        self._actions = []
        self._defaults = {}
        self._exclusive = []
        if add_help:
            self.add_argument("-h", "--help", action="help", default=SUPPRESS, help="show this help message and exit")
        for parent in parents:
            self._actions.extend(action for action in parent._actions if action.action != "help")

    def add_argument(self, *flags, action="store", nargs=None, const=None, default=None, type=None, choices=None,
                     required=False, help=None, metavar=None, dest=None, version=None):
        """Declares an argument: "name" for one that goes by its position, "-n", "--name" for an option."""
        options = [flag for flag in flags if flag.startswith("-")]
        if dest is None:
            if options:
                long = [flag for flag in options if flag.startswith("--")] or options
                dest = long[0].lstrip("-").replace("-", "_")
            else:
                dest = flags[0]
        if action == "store_true":
            const, default = True, False if default is None else default
        elif action == "store_false":
            const, default = False, True if default is None else default
        elif action not in ("store", "store_const", "append", "extend", "count", "help", "version") and \
                not callable(action):
            raise ValueError(f'unknown action "{action}"')
        if callable(action):  # argparse.BooleanOptionalAction
            options = options + ["--no-" + flag[2:] for flag in options if flag.startswith("--")]
            action = "boolean"
        if action == "version":
            const, default = version, SUPPRESS
        if not options:
            required = nargs not in ("?", "*")
        made = Action(options, dest, action, nargs, const, default, type, choices, required, help, metavar)
        self._actions.append(made)
        return made

    def add_argument_group(self, title=None, description=None):
        return _Group(self)

    def add_mutually_exclusive_group(self, required=False):
        group = _Group(self, True)
        group.required = required
        self._exclusive.append(group)
        return group

    def set_defaults(self, **kwargs):
        self._defaults.update(kwargs)
        for action in self._actions:
            if action.dest in kwargs:
                action.default = kwargs[action.dest]

    def get_default(self, dest):
        for action in self._actions:
            if action.dest == dest:
                return action.default
        return self._defaults.get(dest)

    def parse_args(self, args=None, namespace=None):
        """The namespace of the arguments' values; an error ends the program."""
        namespace, rest = self.parse_known_args(args, namespace)
        if rest:
            self.error("unrecognized arguments: " + " ".join(rest))
        return namespace

    def parse_known_args(self, args=None, namespace=None):
        """The namespace, and the arguments that were not declared."""
        args = list(sys.argv[1:] if args is None else args)
        space = Namespace() if namespace is None else namespace
        for action in self._actions:
            if action.default != SUPPRESS and not hasattr(space, action.dest):
                default = action.default
                if isinstance(default, str) and action.type is not None:
                    default = self._convert(action, default)
                setattr(space, action.dest, default)
        for name, value in self._defaults.items():
            if not hasattr(space, name):
                setattr(space, name, value)
        by_position = [action for action in self._actions if not action.option_strings]
        seen, loose, rest, at, only_positions = [], [], [], 0, False
        while at < len(args):
            arg = args[at]
            at += 1
            if arg == "--" and not only_positions:
                only_positions = True
                continue
            if only_positions or not arg.startswith("-") or arg == "-" or self._is_number(arg):
                loose.append(arg)
                continue
            flag, equals, given = arg.partition("=")
            action = self._find(flag)
            if action is None and len(flag) > 2 and not flag.startswith("--"):
                action, given, equals, flag = self._find(flag[:2]), arg[2:], True, flag[:2]
            if action is None:
                rest.append(arg)
                continue
            seen.append(action)
            if not action.takes_value():
                self._do(space, action, flag)
                continue
            values = [given] if equals else []
            most = {None: 1, "?": 1}.get(action.nargs, action.nargs if isinstance(action.nargs, int) else len(args))
            while not equals and at < len(args) and len(values) < most:
                if args[at].startswith("-") and len(args[at]) > 1 and not self._is_number(args[at]):
                    break
                values.append(args[at])
                at += 1
            self._store(space, action, values)
        for i, action in enumerate(by_position):
            later = sum(1 for other in by_position[i + 1:] if other.nargs in (None, "+"))
            if action.nargs is None:
                count = 1
            elif isinstance(action.nargs, int):
                count = action.nargs
            else:
                count = max(len(loose) - later, 0) if action.nargs != "?" else min(1, max(len(loose) - later, 0))
            values, loose = loose[:count], loose[count:]
            if values or action.nargs == "*" and action.default is None:
                self._store(space, action, values)
                seen.append(action)
        missing = [action.spelled() for action in self._actions if action.required and action not in seen]
        if missing:
            self.error("the following arguments are required: " + ", ".join(missing))
        for group in self._exclusive:
            given = [action for action in group.members if action in seen]
            if len(given) > 1:
                self.error(f"argument {given[1].spelled()}: not allowed with argument {given[0].spelled()}")
            if group.required and not given:
                names = " ".join(action.spelled() for action in group.members)
                self.error(f"one of the arguments {names} is required")
        return space, rest + loose

    def _is_number(self, text):
        try:
            float(text)
        except ValueError:
            return False
        return True

    def _find(self, flag):
        near = []
        for action in self._actions:
            if flag in action.option_strings:
                return action
            if flag.startswith("--") and any(option.startswith(flag) for option in action.option_strings):
                near.append(action)
        return near[0] if len(near) == 1 else None

    def _convert(self, action, text):
        convert = action.type if action.type is not None else str
        try:
            return convert(text)
        except ArgumentTypeError as error:
            self.error(f"argument {action.spelled()}: {error}")
        except (TypeError, ValueError):
            name = getattr(convert, "__name__", repr(convert))
            self.error(f"argument {action.spelled()}: invalid {name} value: {text!r}")

    def _store(self, space, action, texts):
        least = {None: 1, "+": 1}.get(action.nargs, action.nargs if isinstance(action.nargs, int) else 0)
        if len(texts) < least:
            if action.nargs is None:
                wanted = "one argument"
            elif action.nargs == "+":
                wanted = "at least one argument"
            else:
                wanted = f"{least} argument" + ("s" if least != 1 else "")
            self.error(f"argument {action.spelled()}: expected {wanted}")
        values = [self._convert(action, text) for text in texts]
        if action.choices is not None:
            for value in values:
                if value not in action.choices:
                    listed = ", ".join(repr(choice) for choice in action.choices)
                    self.error(f"argument {action.spelled()}: invalid choice: {value!r} (choose from {listed})")
        if action.nargs is None:
            value = values[0]
        elif action.nargs == "?":
            value = values[0] if values else action.const
        else:
            value = values
        if action.action == "append":
            value = list(getattr(space, action.dest, None) or []) + [value]
        elif action.action == "extend":
            value = list(getattr(space, action.dest, None) or []) + list(value)
        setattr(space, action.dest, value)

    def _do(self, space, action, flag):
        if action.action == "help":
            self.print_help()
            sys.exit(0)
        if action.action == "version":
            print(action.const)
            sys.exit(0)
        if action.action == "count":
            setattr(space, action.dest, (getattr(space, action.dest, None) or 0) + 1)
        elif action.action == "boolean":
            setattr(space, action.dest, not flag.startswith("--no-"))
        else:
            setattr(space, action.dest, action.const)

    def format_usage(self):
        parts = [f"usage: {self.prog}"]
        options = [action for action in self._actions if action.option_strings]
        for action in options + [action for action in self._actions if not action.option_strings]:
            text = " ".join(filter(None, [action.option_strings[0] if action.option_strings else "", action.values()]))
            parts.append(text if action.required or not action.option_strings else f"[{text}]")
        if self.usage is not None:
            return f"usage: {self.usage}\n"
        lines, indent = [parts[0]], " " * (len(parts[0]) + 1)
        for part in parts[1:]:
            if len(lines[-1]) + 1 + len(part) > 78:
                lines.append(indent + part)
            else:
                lines[-1] += " " + part
        return "\n".join(lines) + "\n"

    def format_help(self):
        text = self.format_usage()
        if self.description:
            text += f"\n{self.description}\n"
        positions = [action for action in self._actions if not action.option_strings]
        options = [action for action in self._actions if action.option_strings]
        for title, actions in (("positional arguments", positions), ("options", options)):
            if actions:
                text += f"\n{title}:\n"
                for action in actions:
                    text += self._entry(action)
        return text + (f"\n{self.epilog}\n" if self.epilog else "")

    def _entry(self, action):
        values = action.values()
        if action.option_strings:
            head = ", ".join(f"{flag} {values}".rstrip() for flag in action.option_strings)
        else:
            head = action.shown()
        help = action.help or ""
        if "%(" in help:
            help = help % {"default": action.default, "prog": self.prog, "dest": action.dest}
        elif help and self.formatter_class is ArgumentDefaultsHelpFormatter and action.action != "help":
            help += f" (default: {action.default})"
        line = "  " + head
        if not help:
            return line + "\n"
        widest = max(len(", ".join(f"{f} {a.values()}".rstrip() for f in a.option_strings) or a.shown())
                     for a in self._actions)
        column = min(widest + 4, 24)
        if len(line) + 2 > column:
            return f"{line}\n{' ' * column}{help}\n"
        return line.ljust(column) + help + "\n"

    def print_usage(self, file=None):
        print(self.format_usage(), end="", file=file or sys.stdout)

    def print_help(self, file=None):
        print(self.format_help(), end="", file=file or sys.stdout)

    def exit(self, status=0, message=None):
        if message:
            print(message, end="", file=sys.stderr)
        sys.exit(status)

    def error(self, message):
        """Says what is wrong and ends the program with status 2."""
        self.print_usage(sys.stderr)
        self.exit(2, f"{self.prog}: error: {message}\n")


class BooleanOptionalAction:
    """The action of an option with a `--no-` form."""
