"""Copying, moving and removing files and folders."""
import os


def copyfile(src, dst, *, follow_symlinks=True):
    """Copies the text of a file."""
    with open(src) as source:
        text = source.read()
    with open(dst, "w") as target:
        target.write(text)
    return dst


def copy(src, dst, *, follow_symlinks=True):
    if os.path.isdir(dst):
        dst = os.path.join(dst, os.path.basename(src))
    return copyfile(src, dst)


copy2 = copy


def rmtree(path, ignore_errors=False, onerror=None):
    """Removes a folder with all that is in it."""
    if not os.path.isdir(path):
        if ignore_errors:
            return
        raise FileNotFoundError(2, "No such file or directory", os.fspath(path))
    for name in os.listdir(path):
        inner = os.path.join(path, name)
        if os.path.isdir(inner) and not os.path.islink(inner):
            rmtree(inner, ignore_errors)
        else:
            os.remove(inner)
    os.rmdir(path)


def copytree(src, dst, *, dirs_exist_ok=False):
    os.makedirs(dst, exist_ok=dirs_exist_ok)
    for name in os.listdir(src):
        inner = os.path.join(src, name)
        if os.path.isdir(inner):
            copytree(inner, os.path.join(dst, name), dirs_exist_ok=dirs_exist_ok)
        else:
            copyfile(inner, os.path.join(dst, name))
    return dst


def move(src, dst):
    if os.path.isdir(dst):
        dst = os.path.join(dst, os.path.basename(src))
    os.rename(src, dst)
    return dst


def which(cmd):
    """The file that a command runs, or None."""
    for folder in os.environ.get("PATH", "").split(":"):
        path = os.path.join(folder, cmd)
        if os.path.isfile(path):
            return path
    return None
