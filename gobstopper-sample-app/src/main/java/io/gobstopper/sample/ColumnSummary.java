package io.gobstopper.sample;

import java.util.DoubleSummaryStatistics;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Sums up the cells of one column, one after the other. For use by one thread.
 */
final class ColumnSummary {

	// Double.parseDouble also takes "NaN", "1d" and "0x1p3", and is slow to refuse text.
	// The possessive quantifiers keep a long cell from being tried over and over.
	private static final Pattern NUMBER = Pattern
		.compile("[+-]?+(?:\\d++(?:\\.\\d*+)?+|\\.\\d++)(?:[eE][+-]?+\\d++)?+");

	private final String name;

	private final Matcher number = NUMBER.matcher("");

	private final DoubleSummaryStatistics numbers = new DoubleSummaryStatistics();

	private long nonEmpty;

	private int longestText;

	ColumnSummary(String name) {
		this.name = name.strip();
	}

	void add(String cell) {
		this.longestText = Math.max(this.longestText, cell.codePointCount(0, cell.length()));
		String text = cell.strip();
		if (text.isEmpty()) {
			return;
		}
		this.nonEmpty++;
		if (this.number.reset(text).matches()) {
			double value = Double.parseDouble(text);
			if (Double.isFinite(value)) {
				this.numbers.accept(value);
			}
		}
	}

	ImportedCsv.Column toColumn() {
		DoubleSummaryStatistics found = this.numbers;
		return new ImportedCsv.Column(this.name, this.nonEmpty, this.longestText, (found.getCount() > 0)
				? new ImportedCsv.Numbers(found.getCount(), found.getMin(), found.getMax(), found.getAverage()) : null);
	}

}
