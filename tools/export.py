"""The course as web pages: every notebook as it is stored, with its pictures inside, nothing run.

    python -m tools.export [folder] [--mathjax URL] [--live URL]      writes them into the folder (site/)

Begin at index.html. Formulas are typeset by MathJax, which a page loads from the web; to read without a network, name a
copy of your own. With --live, the address of the site that `course.py lite` writes, each page leads to its own there.
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
LINK = re.compile(r'(href="[^"#:?]*?)\.ipynb(?=["#])')


def page(nb, title, live="", **options):
    """A notebook as one HTML page: solutions closed, links between the notebooks as links between the pages.

    live : the address at which it runs, for a link at the head
    """
    nb = nbformat.from_dict({**nb, "cells": [_closed(cell) for cell in nb.cells]})
    if live:
        nb.cells.insert(0, nbformat.v4.new_markdown_cell(f"[Open this chapter live]({live}), in your browser"))
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
    parser.add_argument("--live", metavar="URL", help="the address of the site where the course runs in the browser")
    options = parser.parse_args(arguments)
    options.folder.mkdir(parents=True, exist_ok=True)
    mathjax = {"mathjax_url": options.mathjax} if options.mathjax else {}
    for path in notebooks.find():
        nb = notebooks.read(path)
        live = f"{options.live.rstrip('/')}/lab/index.html?path={path.name}" if options.live else ""
        text = page(nb, nb.cells[0].source.partition("\n")[0].strip("# "), live, **mathjax)
        (options.folder / path.with_suffix(".html").name).write_text(text, encoding="utf-8")
        if path.name == START:
            (options.folder / "index.html").write_text(text, encoding="utf-8")
    print(f"{len(notebooks.find())} pages in {options.folder}; begin at {options.folder / 'index.html'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
