package io.gobstopper.sample;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The code in the README and the pages of the documentation compiles, each block on its
 * own, and those of one page that have a package together.
 */
class DocumentedCodeTests {

	private static final Pattern JAVA_BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

	@TempDir
	private Path classes;

	static Stream<List<String>> programs() throws IOException {
		List<List<String>> programs = new ArrayList<>();
		try (Stream<Path> docs = Files.walk(Path.of("../docs"))) {
			for (Path page : Stream.concat(Stream.of(Path.of("../README.md")), docs)
				.filter((file) -> file.toString().endsWith(".md"))
				.toList()) {
				programs.addAll(programs(Files.readString(page)));
			}
		}
		return programs.stream();
	}

	private static List<List<String>> programs(String page) {
		List<List<String>> programs = new ArrayList<>();
		List<String> together = new ArrayList<>();
		JAVA_BLOCK.matcher(page).results().map((block) -> block.group(1)).forEach((code) -> {
			if (code.startsWith("package ")) {
				together.add(code);
			}
			else {
				programs.add(List.of(code));
			}
		});
		if (!together.isEmpty()) {
			programs.add(together);
		}
		return programs;
	}

	@ParameterizedTest
	@MethodSource("programs")
	void codeCompiles(List<String> program) {
		StringWriter messages = new StringWriter();
		boolean compiled = ToolProvider.getSystemJavaCompiler()
			.getTask(messages, null, null,
					List.of("-proc:none", "-parameters", "-d", this.classes.toString(), "-cp",
							System.getProperty("java.class.path")),
					null, program.stream().map(DocumentedCodeTests::source).toList())
			.call();
		assertThat(compiled).as(messages.toString()).isTrue();
	}

	private static JavaFileObject source(String code) {
		return new SimpleJavaFileObject(URI.create("string:///Example%d.java".formatted(code.hashCode() & 0xffff)),
				JavaFileObject.Kind.SOURCE) {

			@Override
			public CharSequence getCharContent(boolean ignoreEncodingErrors) {
				return code;
			}

		};
	}

}
