"""One registry by the vendor's SDK, as its documentation shows a call: credentials, client, request, answer.

Started with the endpoint and the name of the registry.
"""

import sys

from huaweicloudsdkcodeartsartifact import v2  # type: ignore[import-not-found,unused-ignore]
from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException

endpoint, name = sys.argv[1:3]
credentials = BasicCredentials("AKBENCH", "benchmarks", "p" * 32)
client = v2.CodeArtsArtifactClient.new_builder().with_credentials(credentials).with_endpoints([endpoint]).build()
body = v2.CreateDockerRepositoryDO(format="docker", display_name=name, description="Images", type="hosted")
try:
    print(client.create_docker_repositories(v2.CreateDockerRepositoriesRequest(body=body)))
except ClientRequestException as error:
    print(error.status_code, error.error_code, error.error_msg)
    sys.exit(1)
