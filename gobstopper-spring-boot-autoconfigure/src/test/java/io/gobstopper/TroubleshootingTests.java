package io.gobstopper;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Every message of the library is explained.
 */
class TroubleshootingTests {

	private static final Path PAGE = Path.of("../docs/troubleshooting.md");

	private static final List<Path> SOURCES = List.of(Path.of("../gobstopper-core/src/main/java"),
			Path.of("src/main/java"));

	private static final Pattern SPEAKING = Pattern
		.compile("(logger\\s*\\.(warn|error)|new \\w*Exception|Assert\\.\\w+|new FailureAnalysis)\\(");

	private static final String LITERAL = "\"(?:[^\"\\\\\n]|\\\\.)*\"";

	private static final Pattern TEXT = Pattern.compile(LITERAL + "(?:\\s*\\+\\s*" + LITERAL + ")*");

	private static final Pattern JOINT = Pattern.compile("\"\\s*\\+\\s*\"");

	private static final Pattern PLACE = Pattern.compile("%[0-9]*[a-z]");

	@Test
	void listIsComplete() throws IOException {
		String page = Files.readString(PAGE).replace("`", "");
		List<String> messages = messages();
		assertThat(messages).hasSizeGreaterThan(150);
		assertThat(messages).allSatisfy((message) -> assertThat(page).contains(message));
	}

	@Test
	void everyEntrySaysTheCauseAndTheWayOut() throws IOException {
		assertThat(Files.readAllLines(PAGE).stream().filter((line) -> line.startsWith("|")))
			.allSatisfy((line) -> assertThat(line).matches("\\| [^|]+ \\| [^|]+ \\| [^|]+ \\|"));
	}

	private static List<String> messages() throws IOException {
		List<String> messages = new ArrayList<>();
		for (Path sources : SOURCES) {
			addMessages(messages, sources);
		}
		return messages;
	}

	private static void addMessages(List<String> messages, Path sources) throws IOException {
		try (Stream<Path> files = Files.walk(sources)) {
			for (Path file : files.filter((path) -> path.toString().endsWith(".java")).toList()) {
				String source = Files.readString(file);
				Matcher speaking = SPEAKING.matcher(source);
				while (speaking.find()) {
					addMessage(messages, arguments(source, speaking.end()));
				}
			}
		}
	}

	private static void addMessage(List<String> messages, String arguments) {
		Matcher text = TEXT.matcher(arguments);
		if (text.find()) {
			String literal = JOINT.matcher(text.group()).replaceAll("");
			String message = PLACE.matcher(literal.substring(1, literal.length() - 1)).replaceAll("…").strip();
			if (message.contains(" ")) {
				messages.add(message);
			}
		}
	}

	// Returns the text up to the parenthesis that closes the one before it.
	private static String arguments(String source, int start) {
		int depth = 1;
		boolean quoted = false;
		int end = start;
		while (depth > 0) {
			char character = source.charAt(end);
			if (character == '"') {
				quoted = !quoted;
			}
			else if (quoted && character == '\\') {
				end++;
			}
			else if (!quoted && character == '(') {
				depth++;
			}
			else if (!quoted && character == ')') {
				depth--;
			}
			end++;
		}
		return source.substring(start, end - 1);
	}

}
