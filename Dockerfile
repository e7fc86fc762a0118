# syntax=docker/dockerfile:1
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /src
COPY . .
RUN dotnet publish src/Gateway -c Release -o /app

FROM mcr.microsoft.com/dotnet/aspnet:10.0
WORKDIR /app
COPY --from=build /app .
COPY --from=build /src/config /app/config
# The image's own port variable would compete with --urls below.
ENV ASPNETCORE_HTTP_PORTS= \
    DOTNET_EnableDiagnostics=0 \
    DOTNET_gcServer=0
# The image's unprivileged user; nothing is written to disk, so the root file system can be read-only.
USER $APP_UID
EXPOSE 8080
# The admin listener stays on the container's loopback, where this check reaches it.
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s CMD ["dotnet", "Gateway.dll", "health"]
ENTRYPOINT ["dotnet", "Gateway.dll", "--urls", "http://+:8080"]
