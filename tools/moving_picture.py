"""The README's moving picture: the live race itself, played and saved. Run `python -m tools.moving_picture`."""

from pathlib import Path

from PIL import Image

from course_utils import demos

OUT = Path(__file__).parents[1] / "docs" / "race.webp"
STEPS = [*range(0, 60, 2), *range(60, 201, 5)]
SIZE = (800, 358)


def main():
    """Play the race on Beale's surface and write docs/race.webp."""
    race = demos.optimizers.race().set(surface="beale")
    frames = [Image.fromarray(race.set(step=step).canvas.pixels).resize(SIZE) for step in STEPS]
    pause = [60] * (len(frames) - 1) + [2500]
    frames[0].save(OUT, save_all=True, append_images=frames[1:], duration=pause, loop=0, quality=70, method=6)
    print(f"{OUT.name}: {len(frames)} frames, {OUT.stat().st_size / 1e3:.0f} kB")


if __name__ == "__main__":
    main()
