# Sourced by the commands beside it, which stand in the repository's root by then: builds what is measured (Release) into bench/.out.
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
publish() {
  dotnet publish "$1" -c Release -o "bench/.out/$2" -v q -clp:ErrorsOnly --nodereuse:false -p:UseSharedCompilation=false "${@:3}"
}
publish src/Gateway gateway
publish bench/Harness harness
harness() {
  exec dotnet bench/.out/harness/Harness.dll "$1" --built bench/.out "${@:2}"
}
