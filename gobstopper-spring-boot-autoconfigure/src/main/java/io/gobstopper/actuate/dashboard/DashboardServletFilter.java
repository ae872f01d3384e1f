package io.gobstopper.actuate.dashboard;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.stream.Collectors;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.filter.ShallowEtagHeaderFilter;
import org.springframework.web.util.UriComponentsBuilder;
import org.springframework.web.util.UriUtils;
import org.springframework.web.util.UrlPathHelper;

/**
 * Adds the headers of the dashboard on the Servlet stack.
 */
public final class DashboardServletFilter extends OncePerRequestFilter {

	private static final int REDIRECT = HttpServletResponse.SC_TEMPORARY_REDIRECT;

	private final DashboardHeaders headers;

	private final EtagFilter etags = new EtagFilter();

	/**
	 * Creates the filter.
	 * @param headers the headers
	 */
	public DashboardServletFilter(DashboardHeaders headers) {
		this.headers = headers;
	}

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		String path = UrlPathHelper.defaultInstance.getPathWithinApplication(request);
		if (!this.headers.areFor(path)) {
			chain.doFilter(request, response);
			return;
		}
		String withoutSlash = this.headers.withoutSlash(request.getRequestURI());
		if (withoutSlash != null && HttpMethod.GET.matches(request.getMethod())) {
			addHeaders(response, path, REDIRECT);
			response.setStatus(REDIRECT);
			response.setHeader(HttpHeaders.LOCATION,
					(request.getQueryString() != null) ? withoutSlash + "?" + request.getQueryString() : withoutSlash);
			return;
		}
		String part = PathGuard.partAmong(parameters(request));
		HttpServletRequest known = HttpMethod.POST.matches(request.getMethod()) ? new KnownRequest(request) : request;
		if (part == null && known instanceof KnownRequest read) {
			part = PathGuard.partAmongKeys(read.body);
		}
		if (part != null) {
			addHeaders(response, path, HttpServletResponse.SC_BAD_REQUEST);
			response.setStatus(HttpServletResponse.SC_BAD_REQUEST);
			response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
			response.getOutputStream().write(PathGuard.problem(part));
			return;
		}
		addHeaders(response, path, HttpServletResponse.SC_INTERNAL_SERVER_ERROR);
		this.etags.doFilter(known, new HttpServletResponseWrapper(response) {

			@Override
			public void setStatus(int status) {
				super.setStatus(status);
				addHeaders(response, path, status);
			}

			@Override
			public void sendError(int status, String message) throws IOException {
				addHeaders(response, path, status);
				super.sendError(status, message);
			}

			@Override
			public void sendError(int status) throws IOException {
				addHeaders(response, path, status);
				super.sendError(status);
			}

		}, chain);
	}

	// Of the address alone: the container would read a form from the body, too.
	private static Set<String> parameters(HttpServletRequest request) {
		return UriComponentsBuilder.newInstance()
			.query(request.getQueryString())
			.build()
			.getQueryParams()
			.keySet()
			.stream()
			.map((name) -> UriUtils.decode(name, StandardCharsets.UTF_8))
			.collect(Collectors.toSet());
	}

	private void addHeaders(HttpServletResponse response, String path, int status) {
		HttpHeaders all = new HttpHeaders();
		this.headers.addTo(all, path, status);
		all.forEach((name, values) -> values.forEach((value) -> response.setHeader(name, value)));
	}

	/**
	 * Is for what must not be kept by caches, too: who asks again has kept it himself.
	 */
	private static final class EtagFilter extends ShallowEtagHeaderFilter {

		@Override
		protected boolean isEligibleForEtag(HttpServletRequest request, HttpServletResponse response, int status,
				InputStream content) {
			String type = response.getContentType();
			return EntityTag.isFor(HttpMethod.valueOf(request.getMethod()), status,
					(type != null) ? MediaType.parseMediaType(type) : null);
		}

		@Override
		protected String generateETagHeaderValue(InputStream content, boolean isWeak) throws IOException {
			return EntityTag.of(content.readAllBytes());
		}

	}

	/**
	 * A request of which the body was read already.
	 */
	private static final class KnownRequest extends HttpServletRequestWrapper {

		private final byte[] body;

		KnownRequest(HttpServletRequest request) throws IOException {
			super(request);
			this.body = request.getInputStream().readAllBytes();
		}

		@Override
		public ServletInputStream getInputStream() {
			ByteArrayInputStream bytes = new ByteArrayInputStream(this.body);
			return new ServletInputStream() {

				@Override
				public int read() {
					return bytes.read();
				}

				@Override
				public int read(byte[] buffer, int offset, int length) {
					return bytes.read(buffer, offset, length);
				}

				@Override
				public boolean isFinished() {
					return bytes.available() == 0;
				}

				@Override
				public boolean isReady() {
					return true;
				}

				@Override
				public void setReadListener(ReadListener listener) {
					throw new UnsupportedOperationException("The body was read already");
				}

			};
		}

		@Override
		public BufferedReader getReader() {
			return new BufferedReader(new InputStreamReader(getInputStream(), StandardCharsets.UTF_8));
		}

	}

}
