"""Heaps in lists: heap[0] is the smallest, and heap[i] <= heap[2 * i + 1], heap[2 * i + 2]."""


def _up(heap, start, pos):
    item = heap[pos]
    while pos > start:
        parent = (pos - 1) // 2
        if not item < heap[parent]:
            break
        heap[pos] = heap[parent]
        pos = parent
    heap[pos] = item


def _down(heap, pos):
    """Moves the smaller children up to a leaf, then the item from there to its place."""
    start, item, end = pos, heap[pos], len(heap)
    child = 2 * pos + 1
    while child < end:
        if child + 1 < end and not heap[child] < heap[child + 1]:
            child += 1
        heap[pos] = heap[child]
        pos = child
        child = 2 * pos + 1
    heap[pos] = item
    _up(heap, start, pos)


def heappush(heap, item):
    heap.append(item)
    _up(heap, 0, len(heap) - 1)


def heappop(heap):
    """Takes out the smallest."""
    last = heap.pop()
    if not heap:
        return last
    smallest = heap[0]
    heap[0] = last
    _down(heap, 0)
    return smallest


def heapreplace(heap, item):
    """Takes out the smallest, then puts an item in."""
    smallest = heap[0]
    heap[0] = item
    _down(heap, 0)
    return smallest


def heappushpop(heap, item):
    """Puts an item in, then takes out the smallest."""
    return heapreplace(heap, item) if heap and heap[0] < item else item


def heapify(x):
    for i in range(len(x) // 2 - 1, -1, -1):
        _down(x, i)


def nsmallest(n, iterable, key=None):
    return sorted(iterable, key=key)[:n]


def nlargest(n, iterable, key=None):
    return sorted(iterable, key=key, reverse=True)[:n]


def merge(*iterables, key=None, reverse=False):
    """The items of several sorted iterables, in order."""
    heads = []
    for order, iterable in enumerate(iterables):
        items = iter(iterable)
        for first in items:
            heads.append([first if key is None else key(first), order, first, items])
            break
    while heads:
        best = heads[0]
        for head in heads[1:]:
            if (head[0] > best[0]) if reverse else (head[0] < best[0]):
                best = head
        yield best[2]
        for following in best[3]:
            best[0], best[2] = following if key is None else key(following), following
            break
        else:
            heads.remove(best)
