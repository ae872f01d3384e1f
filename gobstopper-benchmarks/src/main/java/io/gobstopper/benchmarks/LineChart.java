package io.gobstopper.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Collectors;

/**
 * A chart of lines as SVG.
 */
final class LineChart {

	private static final List<String> COLOURS = List.of("#1f6feb", "#d1242f", "#1a7f37", "#8250df");

	private static final int WIDTH = 760;

	private static final int LEFT = 80;

	private static final int RIGHT = 20;

	private static final int TOP = 56;

	private static final int BOTTOM = 44;

	private final String title;

	private final Axis x;

	private final Axis y;

	private final int height;

	private final List<Series> series = new ArrayList<>();

	LineChart(String title, Axis x, Axis y, int height) {
		this.title = title;
		this.x = x;
		this.y = y;
		this.height = height;
	}

	LineChart add(String name, List<Point> points) {
		this.series.add(new Series(name, points));
		return this;
	}

	// Puts charts below each other into one document.
	static String toSvg(List<LineChart> charts) {
		int total = charts.stream().mapToInt((chart) -> chart.height).sum();
		StringBuilder svg = new StringBuilder(
				"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 %d %d' font-family='sans-serif' font-size='12'>%n"
					.formatted(WIDTH, total));
		svg.append("<rect width='100%' height='100%' fill='white'/>\n");
		int top = 0;
		for (LineChart chart : charts) {
			svg.append("<g transform='translate(0 %d)'>%n".formatted(top)).append(chart.body()).append("</g>\n");
			top += chart.height;
		}
		return svg.append("</svg>\n").toString();
	}

	private String body() {
		List<Point> all = this.series.stream().flatMap((each) -> each.points().stream()).toList();
		Scale xs = this.x.scale(all.stream().map(Point::x).toList(), LEFT, WIDTH - RIGHT);
		Scale ys = this.y.scale(all.stream().map(Point::y).toList(), this.height - BOTTOM, TOP);
		StringBuilder body = new StringBuilder(
				"<text x='%d' y='20' font-size='14' font-weight='bold'>%s</text>%n".formatted(LEFT, this.title));
		for (double tick : xs.ticks()) {
			body.append(line(xs.at(tick), TOP, xs.at(tick), this.height - BOTTOM))
				.append(text(xs.at(tick), this.height - BOTTOM + 16, "middle", this.x.label(tick)));
		}
		for (double tick : ys.ticks()) {
			body.append(line(LEFT, ys.at(tick), WIDTH - RIGHT, ys.at(tick)))
				.append(text(LEFT - 6, ys.at(tick) + 4, "end", this.y.label(tick)));
		}
		body.append(text((LEFT + WIDTH - RIGHT) / 2.0, this.height - 8, "middle", this.x.name()));
		double legend = LEFT;
		for (int i = 0; i < this.series.size(); i++) {
			Series each = this.series.get(i);
			String colour = COLOURS.get(i % COLOURS.size());
			body.append("<polyline fill='none' stroke-width='2' stroke='%s' points='%s'/>%n".formatted(colour,
					each.points()
						.stream()
						.map((point) -> "%s,%s".formatted(number(xs.at(point.x())), number(ys.at(point.y()))))
						.collect(Collectors.joining(" "))));
			body.append("<rect x='%s' y='32' width='12' height='4' fill='%s'/>%n".formatted(number(legend), colour))
				.append(text(legend + 18, 38, "start", each.name()));
			legend += 40 + 7.0 * each.name().length();
		}
		return body.toString();
	}

	private static String line(double x1, double y1, double x2, double y2) {
		return "<line x1='%s' y1='%s' x2='%s' y2='%s' stroke='#ddd'/>%n".formatted(number(x1), number(y1), number(x2),
				number(y2));
	}

	private static String text(double x, double y, String anchor, String text) {
		return "<text x='%s' y='%s' text-anchor='%s'>%s</text>%n".formatted(number(x), number(y), anchor, text);
	}

	private static String number(double value) {
		return String.format(Locale.ROOT, "%.1f", value);
	}

	/**
	 * An axis.
	 *
	 * @param name what it shows
	 * @param logarithmic whether each step is ten times the one before, from 1 on
	 */
	record Axis(String name, boolean logarithmic) {

		private Scale scale(List<Double> values, double from, double to) {
			double most = values.stream().mapToDouble(Double::doubleValue).max().orElse(1);
			return this.logarithmic ? logarithmic(values, most, from, to) : linear(most, from, to);
		}

		private static Scale linear(double most, double from, double to) {
			double step = Math.pow(10, Math.floor(Math.log10(Math.max(most, 1e-9))));
			step = (most / step < 2) ? step / 4 : (most / step < 5) ? step / 2 : step;
			List<Double> ticks = new ArrayList<>();
			for (double tick = 0; tick < most + step; tick += step) {
				ticks.add(tick);
			}
			double end = ticks.get(ticks.size() - 1);
			return new Scale((value) -> from + (to - from) * value / end, ticks);
		}

		private static Scale logarithmic(List<Double> values, double most, double from, double to) {
			double least = values.stream().mapToDouble(Double::doubleValue).min().orElse(1);
			int first = (int) Math.floor(Math.log10(Math.max(least, 1)));
			int last = Math.max(first + 1, (int) Math.ceil(Math.log10(most)));
			List<Double> ticks = new ArrayList<>();
			for (int exponent = first; exponent <= last; exponent++) {
				ticks.add(Math.pow(10, exponent));
			}
			return new Scale((value) -> from + (to - from) * (Math.log10(Math.max(value, 1)) - first) / (last - first),
					ticks);
		}

		private String label(double tick) {
			return String.format(Locale.ROOT, (tick == Math.rint(tick)) ? "%,.0f" : "%.2f", tick);
		}

	}

	/**
	 * A point.
	 *
	 * @param x how far to the right
	 * @param y how far up
	 */
	record Point(double x, double y) {

	}

	private record Series(String name, List<Point> points) {

	}

	private record Scale(DoubleUnaryOperator position, List<Double> ticks) {

		double at(double value) {
			return this.position.applyAsDouble(value);
		}

	}

}
