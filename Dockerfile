# The image holds one static binary, the certificate authorities, the licences
# of all that is in it, and an empty /data for the journal. It runs as user
# 65532; a folder mounted on /data must belong to that user (a named volume does
# by itself). Names are whole and BuildKit is not needed, so that podman and the
# docker of distributions build it too.

FROM docker.io/library/golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -ldflags "-s -w" -o /rootfs/polarbell . && \
    sh deploy/licenses.sh >/rootfs/LICENSES.txt && \
    mkdir -p /data /rootfs/etc/ssl/certs && \
    mkdir -m 1777 /rootfs/tmp && \
    cp /etc/ssl/certs/ca-certificates.crt /rootfs/etc/ssl/certs/

FROM scratch
COPY --from=build /rootfs /
COPY --from=build --chown=65532:65532 /data /data
USER 65532:65532
WORKDIR /data
# In a container the admin listener on 127.0.0.1:9090 answers inside it alone.
ENV DATABASE_URL=/data/polarbell.db
EXPOSE 8080 443 80
HEALTHCHECK --interval=30s --timeout=3s --start-period=10s CMD ["/polarbell", "health"]
ENTRYPOINT ["/polarbell"]
CMD ["serve"]
