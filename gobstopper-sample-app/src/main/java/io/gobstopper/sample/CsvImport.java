package io.gobstopper.sample;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;

import org.apache.commons.csv.CSVException;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.stereotype.Component;

import io.gobstopper.NonRetryableTaskException;
import io.gobstopper.TaskContext;

/**
 * Reads uploaded CSV files (UTF-8, the first row names the columns) and sums up their
 * columns. Memory use depends on the number of columns only, not on that of rows.
 */
@Component
class CsvImport implements ImportTasks {

	static final int MOST_COLUMNS = 1_000;

	private static final int ROWS_PER_REPORT = 1_000;

	private static final CSVFormat FORMAT = CSVFormat.RFC4180.builder().setIgnoreEmptyLines(true).get();

	private final DataFolder dataFolder;

	CsvImport(DataFolder dataFolder) {
		this.dataFolder = dataFolder;
	}

	@Override
	public ImportedCsv importCsv(String upload) throws IOException {
		return read(this.dataFolder.upload(upload), TaskContext.current());
	}

	static ImportedCsv read(Path file, TaskContext context) throws IOException {
		try (CsvInput input = CsvInput.open(file); CSVParser parser = FORMAT.parse(decoded(input))) {
			return read(parser, input, context);
		}
		catch (IOException | UncheckedIOException ex) {
			refuseIfMalformed(NestedExceptionUtils.getMostSpecificCause(ex));
			throw ex;
		}
	}

	private static ImportedCsv read(CSVParser parser, CsvInput input, TaskContext context) {
		Iterator<CSVRecord> records = parser.iterator();
		List<ColumnSummary> columns = columns(records);
		long rows = 0;
		while (records.hasNext()) {
			CSVRecord row = records.next();
			input.recordRead();
			add(row, columns, parser.getCurrentLineNumber());
			rows++;
			if (rows % ROWS_PER_REPORT == 0) {
				context.throwIfCancelled();
				context.progress(input.percentRead(), "%,d rows".formatted(rows));
			}
		}
		context.progress(100, "%,d rows".formatted(rows));
		return new ImportedCsv(rows, columns.stream().map(ColumnSummary::toColumn).toList());
	}

	private static List<ColumnSummary> columns(Iterator<CSVRecord> records) {
		if (!records.hasNext()) {
			throw new NonRetryableTaskException("The CSV is empty; its first row must name the columns");
		}
		CSVRecord header = records.next();
		if (header.size() > MOST_COLUMNS) {
			throw new NonRetryableTaskException(
					"The CSV has %,d columns; at most %,d are supported".formatted(header.size(), MOST_COLUMNS));
		}
		return header.stream().map(ColumnSummary::new).toList();
	}

	private static void add(CSVRecord row, List<ColumnSummary> columns, long line) {
		if (row.size() != columns.size()) {
			throw new NonRetryableTaskException("The CSV is malformed: row %,d (line %,d) has %d cells, the header %d"
				.formatted(row.getRecordNumber(), line, row.size(), columns.size()));
		}
		for (int i = 0; i < columns.size(); i++) {
			columns.get(i).add(row.get(i));
		}
	}

	private static Reader decoded(CsvInput input) throws IOException {
		BufferedReader reader = new BufferedReader(new InputStreamReader(input, StandardCharsets.UTF_8.newDecoder()));
		skipByteOrderMark(reader);
		return reader;
	}

	private static void skipByteOrderMark(BufferedReader reader) throws IOException {
		reader.mark(1);
		if (reader.read() != '\uFEFF') {
			reader.reset();
		}
	}

	private static void refuseIfMalformed(Throwable cause) {
		if (cause instanceof CSVException) {
			throw new NonRetryableTaskException("The CSV is malformed: " + cause.getMessage(), cause);
		}
		if (cause instanceof CharacterCodingException) {
			throw new NonRetryableTaskException("The CSV is malformed: it is not UTF-8 text", cause);
		}
	}

}
