"""Symbolic regression beside tdf: gplearn on the same points, and whether found formulas have the form of the true ones.

    pip install gplearn sympy pyyaml
    tdf tasks --domain regress --from FILE --seed 0 > points.jsonl
    tdf tasks --domain regress --from FILE --seed 1000000 > fresh.jsonl
    python3 tests/compare/regress.py gplearn points.jsonl fresh.jsonl
    cargo run --release -p tdf-regress --example fastsrb -- FILE 10 > found.txt
    python3 tests/compare/regress.py form FILE found.txt

`gplearn` counts a formula as recovered as tdf does: R2 of more than 0.999999 on points that the search has not seen.
`form` counts the symbolic solutions of SRBench (La Cava et al., 2021): the difference or the quotient of the found and the true
formula is a constant, after constants are rounded to five digits and sympy has simplified. A formula that sympy does not simplify
within 20 seconds counts as another form.
"""

import json
import re
import signal
import sys
import time


def read(path):
    with open(path) as file:
        return [json.loads(line) for line in file]


def r2(outputs, targets):
    mean = sum(targets) / len(targets)
    total = sum((y - mean) ** 2 for y in targets)
    return 1 - sum((y - z) ** 2 for y, z in zip(targets, outputs)) / total if total > 0 else 0.0


def run_gplearn(points, fresh):
    import numpy as np
    from gplearn.genetic import SymbolicRegressor

    functions = ("add", "sub", "mul", "div", "sqrt", "log", "neg", "inv", "sin", "cos")
    recovered, begin = 0, time.time()
    for task, test in zip(read(points), read(fresh)):
        columns, unseen = (np.array(each["inputs"][0], dtype=float).T for each in (task, test))
        model = SymbolicRegressor(function_set=functions, random_state=0, n_jobs=1)
        start = time.time()
        model.fit(columns, np.array(task["outputs"][0], dtype=float))
        score = r2(model.predict(unseen).tolist(), test["outputs"][0])
        recovered += score > 0.999999
        print(f"{'+' if score > 0.999999 else '-'} {task['name']:<40} {time.time() - start:6.2f} s  R2 {score:.6f}", flush=True)
    count = len(read(points))
    print(f"gplearn: {recovered} of {count}, {(time.time() - begin) / count:.1f} s a task in the mean")


def same_form(found, truth):
    import sympy

    names = {f"{letter}{i}": sympy.Symbol(f"x{i}", real=True) for letter in "xv" for i in range(1, 10)}
    names |= {
        "neg": lambda a: -a,
        "inv": lambda a: 1 / a,
        "square": lambda a: a**2,
        "cube": lambda a: a**3,
        "pow": lambda a, b: a**b,
        "ln": sympy.log,
        "asin": sympy.asin,
        "acos": sympy.acos,
    }

    def parsed(text):
        formula = sympy.sympify(text.replace("^", "**").replace("np.", ""), locals=names)
        # Numbers like 2.0000001 are 2.
        rounded = {n: sympy.Rational(f"{float(n):.4e}") for n in formula.atoms(sympy.Float)}
        return formula.xreplace(rounded)

    here, there = parsed(found), parsed(truth)
    for constant in (here - there, here / there):
        constant = sympy.simplify(constant)
        if constant.is_number:
            return True
    return False


def run_form(file, found):
    import yaml

    with open(file) as text:
        truths = {name: formula["prepared"] for name, formula in yaml.safe_load(text).items()}
    same = {True: 0, False: 0}
    for line in open(found):
        match = re.match(r"([+-]) \w+ +(.+?) +[\d.]+ s +\d+ renders \S+ (.*)", line)
        if not match:
            continue
        recovered, name, formula = match[1] == "+", match[2].strip(), match[3].strip()

        def stop(*_):
            raise TimeoutError

        signal.signal(signal.SIGALRM, stop)
        signal.alarm(20)
        try:
            verdict = same_form(formula, truths[name.split()[0]])
        except (TimeoutError, Exception) as error:
            verdict, name = False, f"{name} ({type(error).__name__})"
        finally:
            signal.alarm(0)
        same[recovered] += verdict
        print(f"{'same ' if verdict else 'other'} {'+' if recovered else '-'} {name:<40} {formula}")
    print(f"same form: {same[True]} of the recovered, {same[False]} of the others")


if __name__ == "__main__":
    if len(sys.argv) == 4 and sys.argv[1] == "gplearn":
        run_gplearn(*sys.argv[2:])
    elif len(sys.argv) == 4 and sys.argv[1] == "form":
        run_form(*sys.argv[2:])
    else:
        sys.exit(__doc__)
