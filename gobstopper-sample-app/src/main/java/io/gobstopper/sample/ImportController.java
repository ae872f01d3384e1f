package io.gobstopper.sample;

import java.io.IOException;

import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.multipart.MultipartFile;

import io.gobstopper.Tasks;

/**
 * Takes CSV files to import.
 */
@RestController
class ImportController {

	private final Uploads uploads;

	private final Tasks<ImportTasks> imports;

	ImportController(Uploads uploads, Tasks<ImportTasks> imports) {
		this.uploads = uploads;
		this.imports = imports;
	}

	@PostMapping("/api/imports")
	ResponseEntity<AcceptedTask> importCsv(@RequestParam("file") MultipartFile file) throws IOException {
		return AcceptedTask
			.response(this.uploads.enqueue(file, (upload) -> this.imports.enqueue((tasks) -> tasks.importCsv(upload))));
	}

}
