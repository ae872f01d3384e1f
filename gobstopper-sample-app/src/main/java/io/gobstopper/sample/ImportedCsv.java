package io.gobstopper.sample;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What an imported CSV file contains.
 *
 * @param rows the number of rows, the header excepted
 * @param columns the columns in their order
 */
record ImportedCsv(long rows, List<Column> columns) {

	ImportedCsv {
		columns = List.copyOf(columns);
	}

	/**
	 * What a column contains.
	 *
	 * @param name the name in the header
	 * @param nonEmpty how many cells contain more than spaces
	 * @param longestText the most characters in a cell
	 * @param numbers the cells that are numbers, {@code null} if none is
	 */
	record Column(String name, long nonEmpty, int longestText, @Nullable Numbers numbers) {

	}

	/**
	 * What the numbers of a column come to.
	 *
	 * @param count how many there are
	 * @param min the smallest
	 * @param max the largest
	 * @param mean their arithmetic mean
	 */
	record Numbers(long count, double min, double max, double mean) {

	}

}
