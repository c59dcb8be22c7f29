"""Ways through latent space: a morph between two ends, and a series of models."""

import pytest

from explorer.page import palette

# The middle of a badge, A or B: the one place with the marker's colour ten pixels away on every side.
END = """(plane, colour) => {
  const above = plane.querySelectorAll("canvas")[1];
  const { width, height } = above;
  const copy = Object.assign(document.createElement("canvas"), { width, height }).getContext("2d");
  copy.drawImage(above, 0, 0);
  const { data } = copy.getImageData(0, 0, width, height);
  const marked = (x, y) => {
    const p = 4 * (Math.round(y) * width + Math.round(x));
    return colour.every((value, k) => Math.abs(data[p + k] - value) < 8) && data[p + 3] > 250;
  };
  for (let y = 12; y < height - 12; y++) {
    for (let x = 12; x < width - 12; x++) {
      const ring = [0, 1, 2, 3, 4, 5, 6, 7].map((k) => (k * Math.PI) / 4);
      if (ring.every((turn) => marked(x + 10 * Math.cos(turn), y + 10 * Math.sin(turn)))) {
        return [x / devicePixelRatio, y / devicePixelRatio];
      }
    }
  }
  return null;
}"""
MARK = [int(palette.MARK[i : i + 2], 16) for i in (1, 3, 5)]


def strip(visitor) -> str:
    return visitor.page.locator("canvas.strip").first.evaluate("canvas => canvas.toDataURL()")


@pytest.mark.parametrize("plane", [0, 1])
def test_an_end_is_dragged_with_the_mouse_and_the_way_follows(visit, plane: int) -> None:
    visitor = visit("mode=morph", reduced_motion="reduce")
    x, y = visitor.until(lambda: visitor.planes.nth(plane).evaluate(END, MARK))
    box = visitor.planes.nth(plane).bounding_box()
    before, quiet = strip(visitor), len(visitor.sent)
    visitor.page.mouse.move(box["x"] + x, box["y"] + y)
    visitor.page.mouse.down()
    strips = set()
    for step in range(1, 7):  # through the middle of all codes
        share = step / 6
        visitor.page.mouse.move(
            box["x"] + (1 - share) * x + share * box["width"] * 0.5, box["y"] + (1 - share) * y + share * box["height"] * 0.55
        )
        visitor.painted()
        strips.add(strip(visitor))
    assert strips - {before}
    assert len(visitor.sent) == quiet  # nothing is said before the hand lets go
    visitor.page.mouse.up()
    ends = visitor.until_told(lambda told: told["ends"] is not None)["ends"]
    assert sum(end != was for end, was in zip(ends, (0, 3), strict=True)) == 1  # the other end stays
    assert strip(visitor) != before


def test_an_end_is_moved_by_keys_and_the_way_is_walked(visit) -> None:
    visitor = visit("mode=morph", reduced_motion="reduce")
    before = strip(visitor)
    visitor.button("End A").focus()
    visitor.press("ArrowRight", "ArrowUp")
    told = visitor.until_told(lambda told: told["ends"] is not None)
    assert told["ends"][1] == 3
    visitor.until(lambda: strip(visitor) != before)
    shown = visitor.picture()
    visitor.page.get_by_label("Place on the way from A to B").fill("0.5")
    visitor.until(lambda: visitor.picture() != shown)


def test_a_series_travels_and_tells_where_it_rests(visit) -> None:
    visitor = visit("mode=series")
    slider = visitor.page.get_by_test_id("series-slider")
    seen = {visitor.drawn_plane()}
    for value in ("0.5", "1", "2"):
        slider.evaluate("(slider, value) => { slider.value = value; slider.dispatchEvent(new Event('input')); }", value)
        seen.add(visitor.until(lambda: (drawn := visitor.drawn_plane()) not in seen and drawn))
    assert visitor.page.get_by_text("moment 2").first.is_visible()
    slider.dispatch_event("change")
    visitor.until_told(lambda told: told["moment"] == 2)
