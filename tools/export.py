"""The course as web pages: every notebook as it is stored, with its pictures inside, nothing run.

    python -m tools.export [folder] [--mathjax URL]      writes them into the folder (site/); begin at index.html

Formulas are typeset by MathJax, which a page loads from the web; to read without a network, name a copy of your own.
"""

import argparse
import html
import re
import sys
from pathlib import Path

import nbformat
from nbconvert import HTMLExporter

from . import notebooks

START = "00_start_here.ipynb"
STYLE = Path(__file__).with_suffix(".css")
DARK = "static/theme-dark.css"  # of nbconvert, for who prefers it
# On a telephone a figure fits the page, where its small print is too small: a tap shows it whole, to be moved.
TAP = "addEventListener('click', event => event.target.matches('img') && event.target.classList.toggle('large'))"
LINK = re.compile(r'(href="[^"#:]*?)\.ipynb(?=["#])')


def page(nb, title, **options):
    """A notebook as one HTML page: solutions closed, links between the notebooks as links between the pages."""
    nb = nbformat.from_dict({**nb, "cells": [_closed(cell) for cell in nb.cells]})
    exporter = HTMLExporter(embed_images=True, **options)
    body, _ = exporter.from_notebook_node(nb, resources={"metadata": {"name": title}})
    dark, *_ = exporter.environment.loader.get_source(exporter.environment, DARK)
    styles = (
        f'<style media="(prefers-color-scheme: dark)">{dark}</style>\n'
        f"<style>{STYLE.read_text(encoding='utf-8')}</style>\n<script>{TAP}</script>\n"
    )
    return LINK.sub(r"\1.html", body.replace("</head>", styles + "</head>", 1))


def _closed(cell):
    if not notebooks.is_solution(cell):
        return cell
    code = html.escape(cell.source.partition("\n")[2])
    return nbformat.v4.new_markdown_cell(f"<details><summary>Solution</summary><pre>{code}</pre></details>")


def main(arguments=None):
    """The command line; returns its exit code."""
    parser = argparse.ArgumentParser(prog="export", description=__doc__.split("\n")[0])
    parser.add_argument("folder", nargs="?", type=Path, default=Path("site"))
    parser.add_argument("--mathjax", metavar="URL", help="the address of MathJax, in place of the one on the web")
    options = parser.parse_args(arguments)
    options.folder.mkdir(parents=True, exist_ok=True)
    mathjax = {"mathjax_url": options.mathjax} if options.mathjax else {}
    for path in notebooks.find():
        nb = notebooks.read(path)
        text = page(nb, nb.cells[0].source.partition("\n")[0].strip("# "), **mathjax)
        (options.folder / path.with_suffix(".html").name).write_text(text, encoding="utf-8")
        if path.name == START:
            (options.folder / "index.html").write_text(text, encoding="utf-8")
    print(f"{len(notebooks.find())} pages in {options.folder}; begin at {options.folder / 'index.html'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
