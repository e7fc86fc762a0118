using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Pipelines.Sockets.Unofficial.Tests.Surface;

/// <summary>Every type that an assembly shows others, with its kind, and every member with its signature, a line each.</summary>
internal static class OfferedSurface
{
    public static HashSet<string> Read(string assemblyFile)
    {
        using var file = new PEReader(File.OpenRead(assemblyFile));
        MetadataReader reader = file.GetMetadataReader();
        var names = new SignatureNames();
        var lines = new HashSet<string>();
        foreach (TypeDefinitionHandle handle in reader.TypeDefinitions)
        {
            TypeDefinition type = reader.GetTypeDefinition(handle);
            if (IsVisible(reader, type))
            {
                string name = names.GetTypeFromDefinition(reader, handle, 0);
                lines.Add($"type {name}");
                lines.Add($"kind {name} {(IsValue(reader, type, names) ? SignatureTypeKind.ValueType : SignatureTypeKind.Class)}");
                lines.UnionWith(Members(reader, type, name, names));
            }
        }

        return lines;
    }

    private static IEnumerable<string> Members(MetadataReader reader, TypeDefinition type, string typeName, SignatureNames names)
    {
        foreach (MethodDefinition method in type.GetMethods().Select(reader.GetMethodDefinition))
        {
            if ((method.Attributes & MethodAttributes.MemberAccessMask)
                is MethodAttributes.Public or MethodAttributes.Family or MethodAttributes.FamORAssem)
            {
                yield return $"member {typeName}::{reader.GetString(method.Name)} {SignatureNames.Of(method.DecodeSignature(names, null))}";
            }
        }

        foreach (FieldDefinition field in type.GetFields().Select(reader.GetFieldDefinition))
        {
            if ((field.Attributes & FieldAttributes.FieldAccessMask) == FieldAttributes.Public)
            {
                yield return $"member {typeName}::{reader.GetString(field.Name)} {field.DecodeSignature(names, null)}";
            }
        }
    }

    private static bool IsVisible(MetadataReader reader, TypeDefinition type)
        => (type.Attributes & TypeAttributes.VisibilityMask) switch
        {
            TypeAttributes.Public => true,
            TypeAttributes.NestedPublic => IsVisible(reader, reader.GetTypeDefinition(type.GetDeclaringType())),
            _ => false,
        };

    private static bool IsValue(MetadataReader reader, TypeDefinition type, SignatureNames names)
        => type.BaseType.Kind == HandleKind.TypeReference
            && names.GetTypeFromReference(reader, (TypeReferenceHandle)type.BaseType, 0) is "System.ValueType" or "System.Enum";
}
