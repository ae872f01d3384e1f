package io.gobstopper.sample;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.springframework.core.io.FileSystemResource;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;

/**
 * A request as a line of the documentation has it, for curl.
 *
 * @param path the path of the address
 * @param method the method
 * @param headers its headers
 * @param body what is sent
 */
record CurlCommand(String path, HttpMethod method, HttpHeaders headers, Object body) {

	private static final Pattern LINE = Pattern.compile("^curl .*$", Pattern.MULTILINE);

	private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");

	private static final String ADDRESS = "http://localhost:8080";

	static List<CurlCommand> documented() throws IOException {
		List<CurlCommand> commands = new ArrayList<>();
		try (Stream<Path> docs = Files.walk(Path.of("../docs"))) {
			for (Path page : Stream.concat(Stream.of(Path.of("../README.md")), docs)
				.filter((file) -> file.toString().endsWith(".md"))
				.toList()) {
				LINE.matcher(Files.readString(page)).results().forEach((line) -> commands.add(parse(line.group())));
			}
		}
		return commands;
	}

	private static CurlCommand parse(String line) {
		Deque<String> words = new ArrayDeque<>(WORD.matcher(line)
			.results()
			.map((word) -> (word.group(1) != null) ? word.group(1) : word.group(2))
			.toList());
		String path = "";
		HttpHeaders headers = new HttpHeaders();
		MultiValueMap<String, Object> form = new LinkedMultiValueMap<>();
		Object body = form;
		words.remove();
		while (!words.isEmpty()) {
			String word = words.remove();
			if (word.equals("-d")) {
				body = words.remove();
			}
			else if (word.equals("-F")) {
				String[] part = words.remove().split("=@", 2);
				form.add(part[0], new FileSystemResource(Path.of("..", part[1])));
				headers.setContentType(MediaType.MULTIPART_FORM_DATA);
			}
			else if (word.equals("-H")) {
				String[] header = words.remove().split(": ", 2);
				headers.add(header[0], header[1]);
			}
			else if (word.startsWith(ADDRESS)) {
				path = word.substring(ADDRESS.length());
			}
		}
		return new CurlCommand(path, (body != form || !form.isEmpty()) ? HttpMethod.POST : HttpMethod.GET, headers,
				body);
	}

}
