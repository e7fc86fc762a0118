namespace Pipelines.Sockets.Unofficial;

/// <summary>The connection was lost; what it was lost to is the inner exception.</summary>
public sealed class ConnectionResetException(string message, Exception innerException) : IOException(message, innerException);
