package io.gobstopper.sample;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.gobstopper.NonRetryableTaskException;
import io.gobstopper.TaskCancelledException;
import io.gobstopper.TaskContext.StopReason;
import io.gobstopper.test.TestTaskContext;
import io.gobstopper.test.TestTaskContext.Progress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class CsvImportTests {

	private final TestTaskContext context = TestTaskContext.of("import_csv");

	@TempDir
	private Path folder;

	@Test
	void sumsUpColumns() throws IOException {
		ImportedCsv imported = read("""
				city,population
				Wien,2005760
				Graz,302749
				Linz,unknown
				""");
		assertThat(imported).isEqualTo(new ImportedCsv(3, List.of(new ImportedCsv.Column("city", 3, 4, null),
				new ImportedCsv.Column("population", 3, 7, new ImportedCsv.Numbers(2, 302749, 2005760, 1154254.5)))));
	}

	@Test
	void readsQuotedCells() throws IOException {
		ImportedCsv imported = read("""
				"name","remark, ""quoted\"""
				"Lovelace, Ada","said ""hello""
				twice"
				""");
		assertThat(imported.rows()).isEqualTo(1);
		assertThat(imported.columns()).extracting(ImportedCsv.Column::name)
			.containsExactly("name", "remark, \"quoted\"");
		assertThat(imported.columns()).extracting(ImportedCsv.Column::longestText).containsExactly(13, 18);
	}

	@Test
	void countsNeitherEmptyNorBlankCells() throws IOException {
		ImportedCsv imported = read("a,b,c\n1,, \n,\"\",x\n\n");
		assertThat(imported.rows()).isEqualTo(2);
		assertThat(imported.columns()).extracting(ImportedCsv.Column::nonEmpty).containsExactly(1L, 0L, 1L);
	}

	@Test
	void takesForNumbersOnlyWhatPeopleWrite() throws IOException {
		ImportedCsv imported = read("n\n-1.5\n+2e3\n .5 \n7.\nNaN\n1d\n0x10\n1e999\n1 000\n-\n");
		assertThat(imported.columns().get(0).nonEmpty()).isEqualTo(10);
		assertThat(imported.columns().get(0).numbers())
			.isEqualTo(new ImportedCsv.Numbers(4, -1.5, 2000, (-1.5 + 2000 + 0.5 + 7) / 4));
	}

	@Test
	void skipsByteOrderMark() throws IOException {
		assertThat(read("\uFEFFa,b\r\n1,2\r\n").columns().get(0).name()).isEqualTo("a");
	}

	@Test
	void acceptsHeaderWithoutRows() throws IOException {
		assertThat(read("a,b").rows()).isZero();
	}

	@Test
	void refusesEmptyFile() {
		assertRefused("", "The CSV is empty");
	}

	@Test
	void refusesRowOfAnotherWidth() {
		assertRefused("a,b\n1,2\n3\n", "row 3 (line 3) has 1 cells, the header 2");
	}

	@Test
	void refusesTextAfterClosingQuote() {
		assertRefused("a,b\n\"1\"x,2\n", "The CSV is malformed");
	}

	@Test
	void refusesUnclosedQuote() {
		assertRefused("a,b\n\"1,2\n", "The CSV is malformed");
	}

	@Test
	void refusesUnclosedQuoteOfLargeFileBeforeItsEnd() {
		assertRefused("a,b\n\"1,2\n" + "x,y\n".repeat(CsvInput.LONGEST_RECORD / 2), "a quote may not be closed");
	}

	@Test
	void refusesTooManyColumns() {
		assertRefused("x,".repeat(CsvImport.MOST_COLUMNS) + "x", "1,001 columns");
	}

	@Test
	void refusesOtherEncodings() throws IOException {
		Path file = Files.writeString(this.folder.resolve("latin1.csv"), "city\nZürich\n", StandardCharsets.ISO_8859_1);
		assertThatExceptionOfType(NonRetryableTaskException.class).isThrownBy(() -> CsvImport.read(file, this.context))
			.withMessageContaining("not UTF-8");
	}

	@Test
	void reportsProgressByBytesRead() throws IOException {
		CsvImport.read(large(), this.context);
		List<Double> percents = this.context.reports().stream().map(Progress::percent).toList();
		assertThat(percents).isSorted().hasSizeGreaterThan(100).endsWith(100.0);
		assertThat(percents.get(percents.size() / 2)).isBetween(45.0, 55.0);
	}

	@Test
	void stopsWhenCancelled() throws IOException {
		Path file = large();
		TestTaskContext cancelled = TestTaskContext.of("import_csv").stopAfter(3, StopReason.CANCELLED);
		assertThatExceptionOfType(TaskCancelledException.class).isThrownBy(() -> CsvImport.read(file, cancelled));
		assertThat(cancelled.reports()).hasSize(3);
	}

	private Path large() throws IOException {
		Path file = this.folder.resolve("large.csv");
		try (BufferedWriter writer = Files.newBufferedWriter(file)) {
			writer.write("id,text\n");
			for (int i = 100_000; i < 250_000; i++) {
				writer.write(i + ",some text\n");
			}
		}
		return file;
	}

	private void assertRefused(String content, String message) {
		assertThatExceptionOfType(NonRetryableTaskException.class).isThrownBy(() -> read(content))
			.withMessageContaining(message);
	}

	private ImportedCsv read(String content) throws IOException {
		return CsvImport.read(Files.writeString(this.folder.resolve("test.csv"), content), this.context);
	}

}
