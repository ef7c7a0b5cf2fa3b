#!/usr/bin/env python3
"""Derives every coefficient of src/math/elementary.h by the Remez exchange in 60-digit decimals.

Needs nothing outside the standard library. Prints C initialisers and, for each, the relative error
of the exact-arithmetic approximation, with the coefficients already rounded to double.

    python3 tests/golden/derive_elementary.py [all | mills P Q | mills-difference | exp N | log N]
"""
import math
import pathlib
import re
import sys
from decimal import Decimal as D, getcontext

getcontext().prec = 60
PI = D("3.14159265358979323846264338327950288419716939937510582097494459")


def mills(z):
    """erfcx(z / sqrt 2) = 2 exp(z*z/2) N(-z), by series below 6 and continued fraction above."""
    if z < 6:
        # exp(z^2/2) - sqrt(2/pi) * sum z^(2k+1) / (2k+1)!!
        total, term, k = D(0), z, 0
        while term > D(10) ** -58 * (total + 1):
            total += term
            k += 1
            term = term * z * z / (2 * k + 1)
        return (z * z / 2).exp() - (2 / PI).sqrt() * total
    tail = z
    for k in range(400, 0, -1):
        tail = z + k / tail
    return (2 / PI).sqrt() / tail


def solve(matrix, right):
    n = len(right)
    a = [row[:] + [right[i]] for i, row in enumerate(matrix)]
    for c in range(n):
        p = max(range(c, n), key=lambda i: abs(a[i][c]))
        a[c], a[p] = a[p], a[c]
        inv = 1 / a[c][c]
        for i in range(c + 1, n):
            f = a[i][c] * inv
            if f:
                a[i] = [x - f * y for x, y in zip(a[i], a[c])]
    out = [D(0)] * n
    for i in reversed(range(n)):
        out[i] = (a[i][n] - sum(a[i][j] * out[j] for j in range(i + 1, n))) / a[i][i]
    return out


def horner(c, x):
    r = D(0)
    for v in reversed(c):
        r = r * x + v
    return r


def remez(f, points, p_deg, q_deg, weight, p0=None, rounds=40):
    """Minimises max |P/Q - f| * weight(x) on a fixed fine grid; Q(0) = 1, and P(0) = p0 if given.

    The nonlinear term (level times Q) uses the Q of the round before (Loeb's linearisation).
    """
    fx = [f(x) for x in points]
    wx = [weight(x, y) for x, y in zip(points, fx)]
    first = 0 if p0 is None else 1
    n = p_deg + 1 - first + q_deg + 1
    ref = [round((1 - math.cos(math.pi * i / (n - 1))) / 2 * (len(points) - 1)) for i in range(n)]
    q = [D(1)] + [D(0)] * q_deg
    level = D(0)
    for turn in range(rounds):
        for _ in range(6 if q_deg else 1):
            rows, right = [], []
            for i, g in enumerate(ref):
                x, y = points[g], fx[g]
                row = [x ** k if k else D(1) for k in range(first, p_deg + 1)]
                row += [-y * x ** k for k in range(1, q_deg + 1)]
                row.append((-1) ** i * horner(q, x) / wx[g])
                rows.append(row)
                right.append(y - (p0 if first else 0))
            s = solve(rows, right)
            p = ([p0] if first else []) + s[: p_deg + 1 - first]
            q = [D(1)] + s[p_deg + 1 - first : -1]
            level = abs(s[-1])
        err = [(horner(p, x) / horner(q, x) - y) * w for x, y, w in zip(points, fx, wx)]
        peaks, best = [], 0
        for i in range(1, len(err)):
            if (err[i] > 0) != (err[best] > 0):
                peaks.append(best)
                best = i
            elif abs(err[i]) > abs(err[best]):
                best = i
        peaks.append(best)
        while len(peaks) > n:
            peaks.pop(0 if abs(err[peaks[0]]) < abs(err[peaks[-1]]) else -1)
        if len(peaks) < n:
            return p, q, max(map(abs, err)), False
        ref = peaks
        top = max(abs(e) for e in err)
        if top < level * D("1.001"):
            return p, q, top, True
    return p, q, top, False


def rounded_error(f, points, p, q):
    pd = [D(float(c)) for c in p]
    qd = [D(float(c)) for c in q]
    return max(abs(horner(pd, x) / horner(qd, x) / f(x) - 1) for x in points)


def show(name, coefficients):
    print(f"static const double {name}[{len(coefficients)}] = {{")
    for c in coefficients:
        print(f"    {float(c).hex()}, /* {float(c):.17g} */")
    print("};")


def grid(n, to_x):
    return [to_x(D(i) / D(n)) for i in range(n + 1)]


def mills_grid(top):
    # A Chebyshev spread in u with z = c u / (1 - u), so that both ends are resolved.
    c = D(3)
    last = top / (top + c)
    n = 1500
    us = [D(repr((1 - math.cos(math.pi * i / n)) / 2)) * last for i in range(n + 1)]
    return [c * u / (1 - u) for u in us]


def derive_mills(p_deg, q_deg, top=D(63), verbose=True):
    points = mills_grid(top)
    p, q, e, ok = remez(mills, points, p_deg, q_deg, lambda x, y: 1 / y, p0=D(1))
    # Half of it, N(-z) exp(z^2/2); Q monic; and P(0) = Q(0)/2 to the last bit.
    lead = q[-1]
    q = [c / lead for c in q]
    p = [D(float(q[0])) / 2] + [c / lead / 2 for c in p[1:]]
    error = rounded_error(lambda z: mills(z) / 2, points, p, q)
    print(f"/* mills {p_deg}/{q_deg} on [0, {top}]: {e:.3e} converged={ok}, rounded {error:.3e} */")
    if verbose:
        show("hpm_mills_p", p)
        show("hpm_mills_q", q)


def header_table(name):
    """A table of src/math/elementary.h, as it stands there."""
    text = (pathlib.Path(__file__).parents[2] / "src/math/elementary.h").read_text()
    body = re.search(name + r"\[\d+\] = \{(.*?)\};", text, re.S).group(1)
    return [D(float.fromhex(word.strip())) for word in body.split(",") if word.strip()]


def derive_mills_difference():
    # From R = P/Q as it is rounded: 1/2 - R(x) = x S(x) / Q(x), and
    # R(b) - R(a) = (a - b) sum_ij B_ij a^i b^j / (Q(a) Q(b)), the Bezoutian of P and Q.
    p = header_table("hpm_mills_p") + [D(0)]
    q = header_table("hpm_mills_q") + [D(1)]
    n = len(q) - 1
    bezout = [[D(0)] * n for _ in range(n)]
    for i in range(n + 1):
        for j in range(i + 1, n + 1):
            for k in range(j - i):
                bezout[j - 1 - k][i + k] += p[i] * q[j] - p[j] * q[i]
    assert all(c > 0 for row in bezout for c in row) and p[0] == q[0] / 2
    show("hpm_mills_gap", [b / 2 - a for a, b in zip(p, q)][1:])
    print(f"static const double hpm_mills_bezout[{n}][{n}] = {{")
    for row in bezout:
        print("    {" + ", ".join(float(c).hex() for c in row) + "},")
    print("};")


def derive_exp(degree):
    # exp(r) = 1 + r + r^2 p(r); weight: error of exp itself.
    h = D(2).ln() / 2 * D("1.0001")

    def f(r):
        if abs(r) < D("1e-8"):
            return D("0.5") + r / 6 + r * r / 24
        return (r.exp() - 1 - r) / (r * r)

    n = 800
    pts = [-h * D(repr(math.cos(math.pi * i / n))) for i in range(n + 1)]
    # The error of expm1(r) relative to r: strict enough for exp and expm1 alike.
    p, q, e, ok = remez(f, pts, degree - 2, 0, lambda r, y: max(abs(r), D("1e-6")))
    print(f"/* exp {degree}: {e:.3e} converged={ok} */")
    show("hpm_exp_p", p)


def derive_log(degree):
    # log((1+s)/(1-s)) = 2s + s z p(z), z = s*s, |s| <= 0.2; weight: error relative to the log.
    def f(z):
        if z < D("1e-12"):
            return D(2) / 3 + 2 * z / 5
        s = z.sqrt()
        return (((1 + s) / (1 - s)).ln() - 2 * s) / (s * z)

    n = 800
    pts = [D(repr((1 - math.cos(math.pi * i / n)) / 2)) * D("0.04001") for i in range(n + 1)]
    p, q, e, ok = remez(f, pts, degree, 0, lambda z, y: max(z, D("1e-6")) / 2)
    print(f"/* log {degree}: {e:.3e} converged={ok} */")
    show("hpm_log_p", p)


def main(args):
    if not args or args[0] == "all":
        derive_exp(11)
        derive_log(6)
        derive_mills(9, 10)
        derive_mills_difference()
    elif args[0] == "mills":
        derive_mills(int(args[1]), int(args[2]), verbose=len(args) > 3)
    elif args[0] == "mills-difference":
        derive_mills_difference()
    elif args[0] == "exp":
        derive_exp(int(args[1]))
    elif args[0] == "log":
        derive_log(int(args[1]))


main(sys.argv[1:])
