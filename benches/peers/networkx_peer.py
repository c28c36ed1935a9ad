"""networkx on a network from a file: networkx_peer.py STEM.

Its own topological order, then the loop that a user would write. No calendar.
"""

import csv
import statistics
import sys
import time

import networkx


def read(stem):
    with open(stem + ".tasks.csv") as file:
        durations = [int(row[1]) for row in csv.reader(file)]
    graph = networkx.DiGraph()
    graph.add_nodes_from(range(len(durations)))
    with open(stem + ".links.csv") as file:
        for row in csv.reader(file):
            before, after, kind, lag = map(int, row)
            # FS 0, SS 1, FF 2, SF 3: how much later than its predecessor the successor starts.
            weight = lag + (durations[before] if kind in (0, 2) else 0) - (durations[after] if kind in (2, 3) else 0)
            graph.add_edge(before, after, weight=weight)
    return graph, durations


def run(graph, durations):
    order = list(networkx.topological_sort(graph))
    early, late, free, critical = {}, {}, {}, set()
    for task in order:
        bounds = (early[before] + edge["weight"] for before, edge in graph.pred[task].items())
        early[task] = max(0, max(bounds, default=0))
    finish = max(early[task] + durations[task] for task in order)
    for task in reversed(order):
        limit = space = finish - durations[task]
        for after, edge in graph.succ[task].items():
            limit = min(limit, late[after] - edge["weight"])
            space = min(space, early[after] - edge["weight"])
        late[task] = limit
        free[task] = space - early[task]
        if limit <= early[task]:
            critical.add(task)
    return finish


def main():
    graph, durations = read(sys.argv[1])
    times = []
    finish = run(graph, durations)
    began = time.perf_counter()
    while len(times) < 3 or (len(times) < 50 and time.perf_counter() - began < 3):
        start = time.thread_time_ns()
        run(graph, durations)
        times.append(time.thread_time_ns() - start)
    print(f"version {networkx.__version__}")
    print(f"ns {statistics.median(times):.0f}")
    print(f"minutes {finish}")


main()
